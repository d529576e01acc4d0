import { css } from 'lit';

/** The looks that a page may set, by the properties that begin with `--notify-`, and what all elements share. */
export const baseStyle = css`
  :host {
    --_accent: var(--notify-accent, light-dark(#1d5fd6, #86b4ff));
    --_on-accent: var(--notify-on-accent, light-dark(#fff, #08142c));
    --_background: var(--notify-background, light-dark(#fff, #131b2c));
    --_text: var(--notify-text, light-dark(#10182b, #e8eef9));
    --_muted: var(--notify-muted, light-dark(#55627a, #9dadc7));
    --_line: var(--notify-line, light-dark(#e3e9f3, #253450));
    --_hover: var(--notify-hover, light-dark(#f3f6fb, #1b263c));
    --_unread: var(--notify-unread, light-dark(#f2f7ff, #17233c));
    --_alert: var(--notify-alert, light-dark(#d3263b, #ff7d89));
    --_radius: var(--notify-radius, 16px);
    --_font: var(
      --notify-font,
      system-ui,
      -apple-system,
      'Segoe UI',
      Roboto,
      'Noto Sans',
      'Noto Sans Devanagari',
      sans-serif
    );
    font: 15px/1.45 var(--_font);
    color: var(--_text);
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  * {
    box-sizing: border-box;
    margin: 0;
    padding: 0;
  }
  button,
  input,
  select {
    font: inherit;
    color: inherit;
  }
  button {
    border: 0;
    background: none;
    cursor: pointer;
  }
  a {
    color: inherit;
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  h2:focus-visible {
    outline: none;
  }
  svg {
    width: 20px;
    height: 20px;
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.7;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .link {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    min-height: 28px;
    padding: 3px 6px;
    border-radius: 8px;
    color: var(--_accent);
    font-size: 13px;
    font-weight: 600;
  }
  .link svg {
    width: 17px;
    height: 17px;
  }
  .link:hover {
    background: var(--_hover);
  }
  .tool {
    display: inline-grid;
    place-items: center;
    width: 30px;
    height: 30px;
    border-radius: 9px;
    color: var(--_muted);
  }
  .tool:hover,
  .tool[aria-expanded='true'] {
    background: var(--_line);
    color: var(--_text);
  }
  .tool svg {
    width: 18px;
    height: 18px;
  }
  .primary {
    min-height: 34px;
    padding: 6px 16px;
    border-radius: 10px;
    background: var(--_accent);
    color: var(--_on-accent);
    font-size: 14px;
    font-weight: 600;
  }
  .primary:hover {
    filter: brightness(1.08);
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;
