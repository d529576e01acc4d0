import { css } from 'lit';

export const toastsStyle = css`
  .toasts {
    position: fixed;
    z-index: var(--notify-layer, 1000);
    inset: auto 16px 16px auto;
    display: grid;
    gap: 10px;
    width: min(380px, calc(100vw - 32px));
    max-height: calc(100dvh - 32px);
    overflow-y: auto;
    scrollbar-width: none;
    border-radius: var(--_radius);
  }
  :host([position^='top']) .toasts {
    inset-block: 16px auto;
  }
  :host([position$='end']) .toasts:dir(rtl),
  :host([position$='start']) .toasts {
    inset-inline: 16px auto;
  }
  :host([position$='end']) .toasts:dir(rtl) {
    inset-inline: auto 16px;
  }
  .toast {
    display: flex;
    gap: 11px;
    padding: 13px 8px 13px 14px;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_background);
    box-shadow: 0 14px 34px -12px rgb(9 16 34 / 40%);
    overflow-wrap: anywhere;
    animation: arrive 0.25s ease;
  }
  .bell {
    flex: none;
    display: grid;
    place-items: center;
    width: 34px;
    height: 34px;
    border-radius: 11px;
    background: var(--_unread);
    color: var(--_accent);
  }
  .body {
    flex: 1;
    min-width: 0;
  }
  .title {
    font-size: 14.5px;
    font-weight: 650;
    line-height: 1.35;
  }
  .title a {
    text-decoration: none;
  }
  .title a:hover {
    text-decoration: underline;
    text-underline-offset: 3px;
  }
  .message {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    color: var(--_muted);
    font-size: 13.5px;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 14px;
    margin-top: 4px;
    color: var(--_accent);
    font-size: 13.5px;
    font-weight: 600;
  }
  .actions a {
    min-height: 24px;
  }
  @keyframes arrive {
    from {
      opacity: 0;
      transform: translateY(10px);
    }
  }
`;
