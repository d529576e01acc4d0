import { html, nothing, type TemplateResult } from 'lit';
import { icons } from './icons.js';
import type { Say } from './messages.js';
import { onClock, snoozeChoices } from './moments.js';
import type { PreferenceChanges, Preferences } from './types.js';

const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
/** What is proposed to somebody who had none. */
const NIGHT = { start: '22:00', end: '07:00' };

interface Form {
  /** What is shown as chosen. */
  readonly chosen: Preferences;
  readonly say: Say;
  readonly language: string;
  /** @param wording what was read of a choice */
  readonly set: (changes: PreferenceChanges, wording?: string) => void;
}

/** All that can be chosen about notifications, and what stands in the way of it. */
export const preferencesForm = (form: Form): TemplateResult =>
  html`${pause(form)} ${notes(closedId, closedOf(form.chosen), 'closed')}
    <div class="matrix">${Object.keys(form.chosen.matrix).map((category) => row(form, category))}</div>
    ${notes(agreementId, Object.entries(form.chosen.agreements))} ${quietHours(form)} ${zone(form)}`;

const closedId = (channel: string) => `closed-${channel}`;
const agreementId = (channel: string) => `agreement-${channel}`;

const closedOf = ({ closed }: Preferences) =>
  Object.entries(closed).map(([channel, { detail }]) => [channel, detail] as const);

/** Sentences about channels, to which their switches refer. */
const notes = (
  idOf: (channel: string) => string,
  sentences: readonly (readonly [channel: string, sentence: string])[],
  kind = '',
): TemplateResult[] =>
  sentences.map(([channel, sentence]) => html`<p class="about ${kind}" id=${idOf(channel)}>${sentence}</p>`);

function row(form: Form, category: string): TemplateResult {
  const { matrix, labels } = form.chosen;
  const name = labels.categories[category] ?? category;
  const cells = Object.entries(matrix[category] ?? {});
  return html`<div class="row" role="group" aria-label=${name}>
    <span class="category">${name}</span>
    <div class="cells">
      ${cells.map(([channel, wanted]) => cell(form, { category, channel, name, wanted }))}
    </div>
  </div>`;
}

interface Cell {
  readonly category: string;
  readonly channel: string;
  /** What the category is called. */
  readonly name: string;
  readonly wanted: boolean;
}

function cell({ chosen, say, set }: Form, { category, channel, name, wanted }: Cell): TemplateResult {
  const { locked, labels, agreements, closed } = chosen;
  const label = labels.channels[channel] ?? channel;
  const why = locked[category]?.[channel];
  if (why !== undefined) {
    return html`<span class="cell locked" title=${why}>
      ${icons.lock} ${label}<span class="hidden">: ${say('alwaysOn')}</span>
    </span>`;
  }
  const choice = say('by', { category: name, channel: label });
  const agreement = agreements[channel];
  const about = [closed[channel] && closedId(channel), agreement && agreementId(channel)];
  return toggle(label, choice, wanted, about.filter(Boolean).join(' '), (on) => {
    const wording = on && agreement ? `${choice}. ${agreement}` : choice;
    set({ matrix: { [category]: { [channel]: on } } }, wording);
  });
}

/** @param about the ids of what is said about it elsewhere */
const toggle = (
  label: string,
  name: string,
  on: boolean,
  about: string,
  set: (on: boolean) => unknown,
): TemplateResult =>
  html`<label class="cell">
    <input
      type="checkbox"
      role="switch"
      part="switch"
      aria-label=${name}
      aria-describedby=${about || nothing}
      .checked=${on}
      @change=${({ target }: Event) => set((target as HTMLInputElement).checked)}
    />
    <span aria-hidden="true">${label}</span>
  </label>`;

function pause({ chosen, say, language, set }: Form): TemplateResult {
  const { paused_until: until, time_zone: timeZone } = chosen;
  const paused = until !== null && new Date(until) > new Date();
  const button = (text: string, moment: Date | null) =>
    html`<button
      type="button"
      class="choice"
      @click=${() => set({ paused_until: moment?.toISOString() ?? null })}
    >
      ${text}
    </button>`;
  const tomorrow = snoozeChoices(timeZone).find(({ name }) => name === 'tomorrow')?.until ?? null;
  const choices = paused
    ? button(say('resume'), null)
    : html`${button(say('forHour'), new Date(Date.now() + HOUR))} ${button(say('untilTomorrow'), tomorrow)}
      ${button(say('forWeek'), new Date(Date.now() + WEEK))}`;
  const title = paused ? say('paused', { when: onClock(new Date(until), language, timeZone) }) : say('pause');
  return html`<div class="block ${paused ? 'paused' : ''}" role="group" aria-label=${say('pause')}>
    <div><strong>${title}</strong><small>${say('pauseMore')}</small></div>
    <div class="choices">${choices}</div>
  </div>`;
}

function quietHours({ chosen: { quiet_hours: hours }, say, set }: Form): TemplateResult {
  const time = (name: 'start' | 'end', label: string) =>
    html`<label class="time">
      <span>${label}</span>
      <input
        type="time"
        required
        .value=${hours?.[name] ?? ''}
        @change=${({ target }: Event) => {
          const { value } = target as HTMLInputElement;
          if (value) set({ quiet_hours: { ...NIGHT, ...hours, [name]: value } });
        }}
      />
    </label>`;
  const title = say('quietHours');
  const turn = (on: boolean) => set({ quiet_hours: on ? NIGHT : null });
  return html`<div class="block" role="group" aria-label=${title}>
    <div><strong>${title}</strong><small>${say('quietHoursMore')}</small></div>
    <div class="choices">
      ${hours ? html`${time('start', say('from'))}${time('end', say('to'))}` : nothing}
      ${toggle('', title, hours !== null, '', turn)}
    </div>
  </div>`;
}

function zone({ chosen: { time_zone: timeZone }, say, set }: Form): TemplateResult {
  const zones = Intl.supportedValuesOf('timeZone');
  const known = zones.includes(timeZone) ? zones : [timeZone, ...zones];
  return html`<label class="block">
    <strong>${say('zone')}</strong>
    <select @change=${({ target }: Event) => set({ time_zone: (target as HTMLSelectElement).value })}>
      ${known.map((name) => html`<option ?selected=${name === timeZone}>${name}</option>`)}
    </select>
  </label>`;
}
