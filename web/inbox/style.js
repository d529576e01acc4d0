/** What a page may set: the properties on the right. */
const STYLE = `
  :host {
    --_accent: var(--notify-accent, #1d5fd6);
    --_on-accent: var(--notify-on-accent, #fff);
    --_background: var(--notify-background, #fff);
    --_text: var(--notify-text, #10182b);
    --_muted: var(--notify-muted, #56657e);
    --_line: var(--notify-line, #e2e8f2);
    --_hover: var(--notify-hover, #f3f6fb);
    --_size: var(--notify-size, 40px);
    --_alert: #d3263b;
    display: inline-block;
    position: relative;
    font: 15px/1.45 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans Devanagari', sans-serif;
  }
  @supports (color: light-dark(#000, #fff)) {
    :host {
      --_accent: var(--notify-accent, light-dark(#1d5fd6, #7fb0ff));
      --_on-accent: var(--notify-on-accent, light-dark(#fff, #08142c));
      --_background: var(--notify-background, light-dark(#fff, #121a2b));
      --_text: var(--notify-text, light-dark(#10182b, #e8eef9));
      --_muted: var(--notify-muted, light-dark(#56657e, #9aaac4));
      --_line: var(--notify-line, light-dark(#e2e8f2, #223049));
      --_hover: var(--notify-hover, light-dark(#f3f6fb, #1a2438));
      --_alert: light-dark(#d3263b, #ff6b78);
    }
  }
  :host([hidden]), [hidden] { display: none !important; }
  * { box-sizing: border-box; margin: 0; padding: 0; }
  button { border: 0; background: none; color: inherit; font: inherit; cursor: pointer; }
  :focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; }
  h2:focus-visible { outline: none; }
  svg { fill: none; stroke: currentcolor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }

  .bell {
    position: relative; display: grid; place-items: center; width: var(--_size); height: var(--_size);
    border-radius: 50%; color: var(--_text); transition: background-color 0.15s;
  }
  .bell:hover, .bell[aria-expanded='true'] { background: var(--_hover); }
  .bell svg { width: 58%; height: 58%; transform-origin: 50% 10%; }
  .badge {
    position: absolute; top: 2px; inset-inline-end: 0; min-width: 18px; height: 18px; padding: 0 5px;
    border-radius: 9px; background: var(--_alert); color: #fff; font-size: 11px; font-weight: 700;
    line-height: 18px; text-align: center; box-shadow: 0 0 0 2px var(--_background); pointer-events: none;
  }
  @supports (color: light-dark(#000, #fff)) { .badge { color: light-dark(#fff, #2b0509); } }
  .rings svg { animation: ring 0.9s ease; }
  .rings .badge { animation: pop 0.35s ease; }
  @keyframes ring {
    15% { transform: rotate(16deg); } 30% { transform: rotate(-14deg); } 45% { transform: rotate(10deg); }
    60% { transform: rotate(-8deg); } 75% { transform: rotate(4deg); } 90% { transform: rotate(-2deg); }
  }
  @keyframes pop { 50% { transform: scale(1.3); } }

  .panel {
    position: fixed; inset: auto; width: min(380px, calc(100vw - 16px)); max-height: min(560px, calc(100dvh - 24px));
    overflow: hidden; border: 1px solid var(--_line); border-radius: 16px; background: var(--_background);
    color: var(--_text); box-shadow: 0 18px 50px -12px rgb(9 16 34 / 35%), 0 2px 8px rgb(9 16 34 / 8%);
  }
  .panel:popover-open { display: flex; flex-direction: column; }
  .placing { visibility: hidden; }
  .head { display: flex; align-items: baseline; gap: 12px; padding: 14px 16px 10px; }
  h2 { flex: 1; font-size: 16px; font-weight: 650; letter-spacing: -0.01em; }
  .all, .again { border-radius: 7px; color: var(--_accent); font-size: 13px; font-weight: 600; }
  .all { padding: 3px 6px; margin-inline-end: -6px; }
  .all:hover, .again:hover { text-decoration: underline; }
  ul { flex: 1; overflow-y: auto; overscroll-behavior: contain; list-style: none; padding: 0 6px; }
  .item {
    position: relative; display: block; width: 100%; padding: 10px 12px 10px 26px; border-radius: 11px;
    color: inherit; text-align: start; text-decoration: none; overflow-wrap: anywhere;
  }
  .item:hover { background: var(--_hover); }
  .item:focus-visible { outline-offset: -2px; }
  .item::before {
    content: ''; position: absolute; inset-inline-start: 10px; top: 17px; width: 8px; height: 8px;
    border-radius: 50%; background: transparent;
  }
  .item.unread::before { background: var(--_accent); }
  .top { display: flex; align-items: baseline; gap: 10px; }
  .title { flex: 1; font-weight: 500; }
  .unread .title { font-weight: 650; }
  time { flex: none; color: var(--_muted); font-size: 12.5px; }
  .message {
    display: -webkit-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 3;
    color: var(--_muted); font-size: 13.5px;
  }
  .fresh { animation: arrive 0.5s ease; }
  @keyframes arrive { from { opacity: 0; transform: translateY(-8px); } }
  .empty { display: grid; justify-items: center; gap: 8px; padding: 30px 36px 34px; color: var(--_muted); text-align: center; }
  .empty svg { width: 40px; height: 40px; stroke-width: 1.3; opacity: 0.7; }
  .foot {
    display: flex; align-items: center; gap: 7px; padding: 9px 16px; margin-top: 6px; border-top: 1px solid var(--_line);
    color: var(--_muted); font-size: 12.5px;
  }
  .dot { width: 7px; height: 7px; border-radius: 50%; background: #d89614; }
  .live .dot { background: #12a386; }
  .off .dot { background: var(--_alert); }
  .again { margin-inline-start: auto; }
  .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  @media (prefers-reduced-motion: reduce) { *, *::before { animation: none !important; transition: none !important; } }
  @media (forced-colors: active) { .item.unread::before, .badge { forced-color-adjust: none; } }`;

let sheet;

/** Built, not written into the page: a strict Content-Security-Policy forbids inline styles. */
export function styled(root) {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
  }
  root.adoptedStyleSheets = [sheet];
}
