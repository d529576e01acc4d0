import { css } from 'lit';

export const preferencesStyle = css`
  :host {
    display: block;
    container: card / inline-size;
  }
  .card {
    padding: 20px 22px 12px;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_background);
  }
  h2 {
    margin-bottom: 14px;
    font-size: 19px;
    letter-spacing: -0.015em;
  }
  .block,
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 8px 20px;
    padding: 12px 0;
  }
  .block strong {
    display: block;
    font-size: 14.5px;
    font-weight: 650;
  }
  .block small,
  .quiet {
    color: var(--_muted);
    font-size: 13px;
  }
  .matrix {
    border-block: 1px solid var(--_line);
  }
  .row + .row {
    border-top: 1px solid var(--_line);
  }
  .category {
    flex: 1 1 150px;
    font-size: 14.5px;
    font-weight: 600;
  }
  .cells {
    display: grid;
    grid-auto-flow: column;
    grid-auto-columns: 128px;
    gap: 6px;
  }
  @container card (max-width: 560px) {
    .cells {
      grid-auto-flow: row;
      grid-template-columns: 1fr 1fr;
      width: 100%;
    }
    .category {
      flex-basis: 100%;
    }
    .locked {
      order: 1;
    }
  }
  .cell {
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 32px;
    font-size: 13.5px;
    white-space: nowrap;
    cursor: pointer;
  }
  .locked {
    color: var(--_muted);
    cursor: default;
  }
  .locked svg {
    width: 18px;
    height: 18px;
    margin-inline: 9px;
  }
  [role='switch'] {
    position: relative;
    flex: none;
    width: 38px;
    height: 24px;
    border: 1.5px solid var(--_muted);
    border-radius: 12px;
    background: var(--_hover);
    appearance: none;
    cursor: pointer;
    transition: background-color 0.15s;
  }
  [role='switch']::before {
    content: '';
    position: absolute;
    top: 3px;
    inset-inline-start: 3px;
    width: 15px;
    height: 15px;
    border-radius: 50%;
    background: var(--_muted);
    transition: inset-inline-start 0.15s;
  }
  [role='switch']:checked {
    border-color: var(--_accent);
    background: var(--_accent);
  }
  [role='switch']:checked::before {
    inset-inline-start: 17px;
    background: var(--_on-accent);
  }
  .about {
    padding: 10px 0 0;
    color: var(--_muted);
    font-size: 13px;
  }
  .closed {
    padding: 0 0 12px;
    color: var(--_alert);
    font-weight: 600;
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 7px;
  }
  .choice,
  select,
  [type='time'] {
    min-height: 34px;
    padding: 4px 12px;
    border: 1px solid var(--_muted);
    border-radius: 10px;
    background: var(--_background);
    font-size: 13.5px;
  }
  .choice {
    border-color: var(--_line);
    font-weight: 600;
  }
  .choice:hover {
    border-color: var(--_accent);
  }
  .paused strong {
    color: var(--_accent);
  }
  .time {
    display: flex;
    align-items: center;
    gap: 6px;
    color: var(--_muted);
    font-size: 13px;
  }
  select {
    max-width: 100%;
  }
  .devices {
    padding-bottom: 8px;
    list-style: none;
  }
  .devices li {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 8px 20px;
    padding: 6px 0;
    font-size: 14px;
    overflow-wrap: anywhere;
  }
  .devices button {
    flex: none;
  }
  .devices small {
    display: block;
    color: var(--_muted);
    font-size: 13px;
  }
  .note {
    min-height: 24px;
    color: var(--_muted);
    font-size: 13px;
  }
  @media (forced-colors: active) {
    [role='switch']:checked,
    [role='switch']::before {
      background: Highlight;
      forced-color-adjust: none;
    }
    [role='switch']:checked::before {
      background: Canvas;
    }
  }
`;
