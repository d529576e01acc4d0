import { css } from 'lit';

/** What stands below the rows, and over them for a moment. */
export const statesStyle = css`
  .more {
    display: grid;
    justify-items: center;
    padding: 10px;
  }
  .empty {
    display: grid;
    justify-items: center;
    gap: 6px;
    padding: 56px 36px;
    color: var(--_muted);
    text-align: center;
    font-size: 14px;
  }
  .empty strong {
    color: var(--_text);
    font-size: 15.5px;
  }
  .empty svg {
    width: 56px;
    height: 56px;
    margin-bottom: 6px;
    padding: 13px;
    border-radius: 20px;
    background: var(--_hover);
    color: var(--_accent);
    stroke-width: 1.5;
  }
  .empty .primary {
    margin-top: 8px;
  }
  .skeleton {
    display: flex;
    gap: 12px;
    padding: 15px 16px;
    border-bottom: 1px solid var(--_line);
  }
  .skeleton i,
  .skeleton b {
    border-radius: 8px;
    background: linear-gradient(100deg, var(--_hover) 40%, var(--_line) 50%, var(--_hover) 60%) 0 / 300% 100%;
    animation: shine 1.4s linear infinite;
  }
  .skeleton i {
    flex: none;
    width: 38px;
    height: 38px;
    border-radius: 12px;
  }
  .skeleton span {
    flex: 1;
    display: grid;
    gap: 8px;
  }
  .skeleton b {
    height: 12px;
  }
  .skeleton b:first-child {
    width: 55%;
  }
  .skeleton b:last-child {
    width: 80%;
  }
  @keyframes shine {
    from {
      background-position: 100% 0;
    }
    to {
      background-position: 0 0;
    }
  }
  .note-place {
    position: sticky;
    bottom: 0;
    z-index: 3;
    display: grid;
    justify-items: center;
    height: 0;
  }
  .note {
    position: absolute;
    bottom: 10px;
    display: flex;
    align-items: center;
    gap: 10px;
    max-width: calc(100% - 24px);
    padding: 7px 8px 7px 16px;
    border-radius: 12px;
    background: var(--_text);
    color: var(--_background);
    font-size: 13.5px;
    box-shadow: 0 10px 26px -8px rgb(9 16 34 / 50%);
    animation: rise 0.2s ease;
  }
  .note > :last-child {
    margin-inline-end: 4px;
  }
  .note .link {
    color: var(--_background);
    text-decoration: underline;
    text-underline-offset: 3px;
  }
  .note .link:hover {
    background: none;
  }
  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(8px);
    }
  }
  .foot {
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 36px;
    padding: 6px 16px;
    border-top: 1px solid var(--_line);
    color: var(--_muted);
    font-size: 12.5px;
  }
  .dot {
    flex: none;
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: #d89614;
  }
  .signed-out .dot,
  .elsewhere .dot,
  .refused .dot {
    background: var(--_alert);
  }
  .lost,
  .signed-out,
  .elsewhere,
  .refused {
    background: light-dark(#fff6e3, #33280f);
    color: light-dark(#6b4700, #ffdc9a);
  }
  .foot .link {
    margin-inline-start: auto;
  }
`;
