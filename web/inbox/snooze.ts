import { html, nothing, type TemplateResult } from 'lit';
import type { Say } from './messages.js';
import { fieldOf, momentIn, onClock, snoozeChoices } from './moments.js';

export interface SnoozeContext {
  readonly language: string;
  readonly timeZone: string;
  /** Whether a moment of one's own is being picked. */
  readonly picking: boolean;
  readonly say: Say;
  readonly pick: () => void;
  readonly choose: (until: Date) => void;
}

const HOUR = 3_600_000;

/** When it shall come back: moments on the person's clock. */
export function snoozeMenu({
  language,
  timeZone,
  picking,
  say,
  pick,
  choose,
}: SnoozeContext): TemplateResult {
  const choices = snoozeChoices(timeZone).map(
    ({ name, until }) =>
      html`<button
        type="button"
        class="choice"
        data-until=${until.toISOString()}
        @click=${() => choose(until)}
      >
        <span>${say(name)}</span><small>${onClock(until, language, timeZone)}</small>
      </button>`,
  );
  return html`<div class="choices" role="group" aria-label=${say('snoozeUntil')}>
    ${choices}
    <button type="button" class="choice" aria-expanded=${String(picking)} @click=${pick}>
      <span>${say('pick')}</span>
    </button>
    ${picking ? picker(timeZone, say, choose) : nothing}
  </div>`;
}

function picker(timeZone: string, say: Say, choose: (until: Date) => void): TemplateResult {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const { value } = (event.target as HTMLFormElement).elements.namedItem('until') as HTMLInputElement;
    const until = momentIn(value, timeZone);
    if (until && until > new Date()) choose(until);
  };
  return html`<form class="picker" @submit=${submit}>
    <label>
      <span>${say('snoozeUntil')}</span>
      <input
        name="until"
        type="datetime-local"
        required
        min=${fieldOf(new Date(), timeZone)}
        value=${fieldOf(new Date(Date.now() + HOUR), timeZone)}
      />
    </label>
    <button type="submit" class="primary">${say('snooze')}</button>
    <small>${say('timeZone', { zone: timeZone })}</small>
  </form>`;
}
