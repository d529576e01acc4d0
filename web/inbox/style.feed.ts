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
  .item {
    position: relative;
    display: flex;
    gap: 12px;
    padding: 13px 16px 9px;
    border-bottom: 1px solid var(--_line);
    overflow-wrap: anywhere;
    scroll-margin: 60px;
    transition: background-color 0.15s;
    animation: arrive 0.3s ease;
  }
  .item:last-child {
    border-bottom: 0;
  }
  .item.unread {
    background: var(--_unread);
  }
  .item:hover {
    background: var(--_hover);
  }
  .item:focus-visible {
    outline-offset: -2px;
  }
  @keyframes arrive {
    from {
      opacity: 0;
      transform: translateY(-8px);
    }
  }
  .mark {
    position: relative;
    flex: none;
    display: grid;
    place-items: center;
    width: 38px;
    height: 38px;
    border-radius: 12px;
    font-size: 15px;
    font-weight: 700;
  }
  .unread .mark::after {
    content: '';
    position: absolute;
    top: -3px;
    inset-inline-end: -3px;
    width: 12px;
    height: 12px;
    border: 2px solid var(--_background);
    border-radius: 50%;
    background: var(--_accent);
  }
  .hue-0 {
    background: light-dark(#e4edff, #1d3157);
    color: light-dark(#1b4fae, #a9c8ff);
  }
  .hue-1 {
    background: light-dark(#e0f5ea, #133a2c);
    color: light-dark(#0c6b45, #8fe0bd);
  }
  .hue-2 {
    background: light-dark(#fdeedb, #452f11);
    color: light-dark(#8a4b06, #ffcf8f);
  }
  .hue-3 {
    background: light-dark(#f3e8ff, #37225a);
    color: light-dark(#6a2db5, #d7b8ff);
  }
  .hue-4 {
    background: light-dark(#ffe7ec, #4b1c2a);
    color: light-dark(#a91d43, #ffb0c2);
  }
  .hue-5 {
    background: light-dark(#dff4f8, #10394a);
    color: light-dark(#0a6277, #93dff1);
  }
  .hue-6 {
    background: light-dark(#eceff4, #2a3549);
    color: light-dark(#475064, #c3cede);
  }
  .body {
    flex: 1;
    min-width: 0;
  }
  .line {
    display: flex;
    align-items: baseline;
    gap: 10px;
  }
  h3 {
    flex: 1;
    font-size: 14.5px;
    font-weight: 550;
    line-height: 1.35;
  }
  .unread h3 {
    font-weight: 700;
  }
  .title {
    text-decoration: none;
  }
  .title::after {
    content: '';
    position: absolute;
    inset: 0;
  }
  .title:hover {
    text-decoration: underline;
    text-underline-offset: 3px;
  }
  .title:focus-visible {
    outline: none;
  }
  .title:focus-visible::after {
    outline: 2px solid var(--_accent);
    outline-offset: -2px;
  }
  time {
    flex: none;
    color: var(--_muted);
    font-size: 12.5px;
  }
  .message {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
    margin-top: 2px;
    color: var(--_muted);
    font-size: 13.5px;
  }
  .back {
    display: flex;
    align-items: center;
    gap: 5px;
    margin-top: 5px;
    color: var(--_accent);
    font-size: 12.5px;
    font-weight: 600;
  }
  .back svg {
    width: 16px;
    height: 16px;
  }
  .meta {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 8px;
    margin-top: 3px;
    min-height: 30px;
  }
  .kind {
    color: var(--_muted);
    font-size: 12px;
  }
  .action {
    position: relative;
    z-index: 1;
    min-height: 28px;
    padding: 3px 12px;
    border: 1px solid var(--_line);
    border-radius: 9px;
    background: var(--_background);
    color: var(--_accent);
    font-size: 13px;
    font-weight: 600;
    text-decoration: none;
  }
  .action:hover {
    border-color: var(--_accent);
  }
  .tools {
    position: relative;
    z-index: 1;
    display: flex;
    margin-inline-start: auto;
    margin-inline-end: -6px;
  }
  @media (hover: hover) {
    .tools {
      opacity: 0.62;
      transition: opacity 0.15s;
    }
    .item:hover .tools,
    .item:focus-within .tools {
      opacity: 1;
    }
  }
  .choices {
    position: relative;
    z-index: 1;
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 128px), 1fr));
    gap: 6px;
    padding: 6px 0 8px;
    animation: arrive 0.18s ease;
  }
  .choice {
    display: grid;
    align-content: center;
    min-height: 46px;
    padding: 5px 11px;
    border: 1px solid var(--_line);
    border-radius: 11px;
    background: var(--_background);
    font-size: 13px;
    font-weight: 600;
    text-align: start;
  }
  .choice small {
    color: var(--_muted);
    font-size: 12px;
    font-weight: 400;
  }
  .choice:hover,
  .choice[aria-expanded='true'] {
    border-color: var(--_accent);
  }
  .picker {
    grid-column: 1 / -1;
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: 8px;
    padding: 10px;
    border: 1px solid var(--_line);
    border-radius: 11px;
    background: var(--_background);
  }
  .picker label {
    flex: 1 1 150px;
    display: grid;
    gap: 3px;
    font-size: 12px;
    font-weight: 600;
  }
  .picker input {
    width: 100%;
    min-height: 34px;
    padding: 4px 8px;
    border: 1px solid var(--_muted);
    border-radius: 9px;
    background: var(--_background);
    font-size: 13.5px;
    font-weight: 400;
  }
  .picker small {
    flex-basis: 100%;
    color: var(--_muted);
    font-size: 12px;
  }
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
  .elsewhere .dot {
    background: var(--_alert);
  }
  .lost,
  .signed-out,
  .elsewhere {
    background: light-dark(#fff6e3, #33280f);
    color: light-dark(#6b4700, #ffdc9a);
  }
  .foot .link {
    margin-inline-start: auto;
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
