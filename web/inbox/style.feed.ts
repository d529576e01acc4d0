import { css } from 'lit';

export const feedStyle = css`
  :host {
    display: block;
    position: relative;
    container: feed / inline-size;
  }
  :host([embedded]) {
    display: flex;
    flex-direction: column;
  }
  .feed {
    display: flex;
    flex-direction: column;
    flex: 1;
    min-height: 0;
    background: var(--_background);
  }
  :host(:not([embedded])) .feed {
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    overflow: clip;
  }
  .top {
    border-bottom: 1px solid var(--_line);
  }
  .tabs {
    display: flex;
    gap: 2px;
    padding: 2px 12px 0;
    overflow-x: auto;
    scrollbar-width: none;
  }
  [role='tab'] {
    position: relative;
    flex: none;
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 38px;
    padding: 6px 9px;
    color: var(--_muted);
    font-size: 14px;
    font-weight: 550;
  }
  [role='tab']:hover {
    color: var(--_text);
  }
  [role='tab'][aria-selected='true'] {
    color: var(--_text);
    font-weight: 650;
  }
  [role='tab'][aria-selected='true']::after {
    content: '';
    position: absolute;
    inset: auto 8px 0;
    height: 3px;
    border-radius: 3px 3px 0 0;
    background: var(--_accent);
  }
  [role='tab']:focus-visible {
    outline-offset: -3px;
    border-radius: 8px;
  }
  .count {
    min-width: 20px;
    padding: 0 6px;
    border-radius: 10px;
    background: var(--_accent);
    color: var(--_on-accent);
    font-size: 11.5px;
    font-weight: 700;
    line-height: 20px;
    text-align: center;
  }
  .chips {
    display: flex;
    gap: 6px;
    padding: 9px 16px;
    overflow-x: auto;
    scrollbar-width: none;
    border-top: 1px solid var(--_line);
  }
  .chip {
    flex: none;
    min-height: 28px;
    padding: 2px 11px;
    border: 1px solid var(--_line);
    border-radius: 14px;
    color: var(--_muted);
    font-size: 12.5px;
    font-weight: 550;
  }
  .chip:hover {
    background: var(--_hover);
    color: var(--_text);
  }
  .chip[aria-pressed='true'] {
    border-color: var(--_text);
    background: var(--_text);
    color: var(--_background);
  }
  .scroll {
    position: relative;
    flex: 1;
    min-height: 0;
  }
  :host([embedded]) .scroll {
    overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
  }
  .pill-place {
    position: sticky;
    top: 8px;
    z-index: 3;
    display: grid;
    justify-items: center;
    height: 0;
  }
  .pill {
    height: 32px;
    padding: 0 16px;
    border-radius: 16px;
    background: var(--_accent);
    color: var(--_on-accent);
    font-size: 13px;
    font-weight: 650;
    box-shadow: 0 6px 18px -4px rgb(9 16 34 / 45%);
    animation: arrive 0.25s ease;
  }
  @container feed (min-width: 620px) {
    .item {
      padding: 16px 22px 12px;
    }
    .tabs,
    .chips {
      padding-inline: 18px;
    }
  }
  /* Zoomed to 400 %: the chips scroll away with the rest. */
  @media (max-height: 420px) {
    :host([embedded]) {
      overflow-y: auto;
    }
    :host([embedded]) .scroll {
      overflow: visible;
    }
  }
  @media (forced-colors: active) {
    .unread .mark::after,
    [role='tab'][aria-selected='true']::after {
      background: Highlight;
      forced-color-adjust: none;
    }
    .chip[aria-pressed='true'],
    .count,
    .pill {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }
    .item.unread {
      border-inline-start: 4px solid Highlight;
    }
  }
`;
