import { css } from 'lit';

export const inboxStyle = css`
  :host {
    --_size: var(--notify-size, 40px);
    display: inline-block;
    position: relative;
  }
  .bell {
    position: relative;
    display: grid;
    place-items: center;
    width: var(--_size);
    height: var(--_size);
    border-radius: 50%;
    color: var(--notify-bell, inherit);
    transition: background-color 0.15s;
  }
  .bell:hover,
  .bell[aria-expanded='true'] {
    background: var(--_hover);
  }
  .bell svg {
    width: 58%;
    height: 58%;
    transform-origin: 50% 10%;
  }
  .badge {
    position: absolute;
    top: 1px;
    inset-inline-end: -1px;
    min-width: 19px;
    height: 19px;
    padding: 0 5px;
    border-radius: 10px;
    background: var(--_alert);
    color: light-dark(#fff, #2b0509);
    font-size: 11px;
    font-weight: 700;
    line-height: 19px;
    text-align: center;
    box-shadow: 0 0 0 2px var(--_background);
    pointer-events: none;
  }
  .rings svg {
    animation: ring 0.9s ease;
  }
  .rings .badge {
    animation: pop 0.35s ease;
  }
  @keyframes ring {
    15% {
      transform: rotate(16deg);
    }
    30% {
      transform: rotate(-14deg);
    }
    45% {
      transform: rotate(10deg);
    }
    60% {
      transform: rotate(-8deg);
    }
    75% {
      transform: rotate(4deg);
    }
    90% {
      transform: rotate(-2deg);
    }
  }
  @keyframes pop {
    50% {
      transform: scale(1.3);
    }
  }
  .panel {
    position: fixed;
    inset: auto;
    width: min(432px, calc(100vw - 16px));
    overflow: hidden;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_background);
    color: var(--_text);
    box-shadow:
      0 24px 60px -16px rgb(9 16 34 / 38%),
      0 3px 10px rgb(9 16 34 / 8%);
  }
  .panel:popover-open {
    display: flex;
    flex-direction: column;
    animation: open 0.16s ease;
  }
  @keyframes open {
    from {
      opacity: 0;
      transform: translateY(-6px) scale(0.985);
    }
  }
  .placing {
    visibility: hidden;
  }
  .head {
    display: flex;
    align-items: center;
    gap: 2px;
    padding: 14px 10px 6px 18px;
  }
  :dir(rtl) > .head {
    padding: 14px 18px 6px 10px;
  }
  h2 {
    flex: 1;
    font-size: 18px;
    font-weight: 700;
    letter-spacing: -0.015em;
  }
  notify-feed {
    flex: 1;
    min-height: 0;
  }
  /* Zoomed to 400 %, or a low window: all of it, and the head scrolls no room away. */
  @media (max-height: 420px) {
    .head {
      padding-block: 4px 0;
    }
  }
  @media (forced-colors: active) {
    .badge {
      forced-color-adjust: none;
    }
    .panel {
      border-color: CanvasText;
    }
  }
`;
