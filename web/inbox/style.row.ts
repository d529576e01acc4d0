import { css } from 'lit';

/** One notification of the feed. */
export const rowStyle = css`
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
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 108px), 1fr));
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
`;
