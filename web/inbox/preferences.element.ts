import { html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { NotifyClient } from './client.js';
import { Devices } from './devices.js';
import { NotifyElement } from './element.js';
import { icons } from './icons.js';
import { onClock, snoozeChoices } from './moments.js';
import { baseStyle } from './style.base.js';
import { preferencesStyle } from './style.preferences.js';
import type { PreferenceChanges, Preferences } from './types.js';

const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
/** What is proposed to somebody who had none. */
const NIGHT = { start: '22:00', end: '07:00' };

/**
 * What the person wants to be told of, by which channels, and when: `<notify-preferences></notify-preferences>`. Beside
 * another element of the page it needs no token of its own. Each choice is stored at once.
 * Events, which bubble: `preferences` (detail: all of them, as they are now).
 */
export class NotifyPreferences extends NotifyElement {
  static override styles = [baseStyle, preferencesStyle];

  /** The page's own worker, for push messages: `/push-worker.js`. Without it nothing is said of them. */
  @property({ attribute: 'push-worker' }) pushWorker: string | undefined;
  @state() private chosen: Preferences | undefined;
  @state() private failed = false;
  @state() private note = '';
  /** As the service last said them; what is chosen and not stored yet lies on top. */
  private stored: Preferences | undefined;
  private pending: readonly PreferenceChanges[] = [];
  private queue = Promise.resolve();
  private source: NotifyClient | undefined;
  private readonly devices = new Devices(this);

  protected override attached(client: NotifyClient): (() => void)[] {
    // One that only moves within the page keeps what it shows, and what is still to be stored.
    if (client === this.source) void this.load(client);
    else this.startOver(client);
    return [
      client.on('person', () => this.startOver(client)),
      client.on('push', () => void this.devices.read()),
    ];
  }

  protected override render(): TemplateResult {
    return html`<section class="card" part="preferences" aria-labelledby="heading" dir=${this.direction}>
      <h2 id="heading">${this.say('preferences')}</h2>
      ${this.chosen && this.inbox ? this.form(this.chosen) : this.waiting()}
      <p class="note" role="status">${this.note}</p>
    </section>`;
  }

  private waiting(): TemplateResult {
    if (!this.failed) return html`<p class="quiet" aria-busy="true">${this.say('loading')}</p>`;
    const again = () => this.inbox && void this.load(this.inbox);
    return html`<p class="quiet" role="alert">${this.say('failed')}</p>
      <button type="button" class="primary" @click=${again}>${this.say('again')}</button>`;
  }

  private form(chosen: Preferences): TemplateResult {
    return html`${this.pause(chosen)}
      <div class="matrix">${Object.keys(chosen.matrix).map((category) => this.row(chosen, category))}</div>
      ${this.agreements(chosen)} ${this.quietHours(chosen)} ${this.zone(chosen)} ${this.push()}`;
  }

  private push(): unknown {
    return this.devices.render({
      say: this.say.bind(this),
      language: this.language,
      workerUrl: this.pushWorker ?? '',
      done: (refused) => (this.note = refused ? `${this.say('notTaken')} ${refused}` : this.say('saved')),
    });
  }

  private agreements({ agreements }: Preferences): TemplateResult[] {
    return Object.entries(agreements).map(
      ([channel, text]) => html`<p class="agreement" id=${agreementId(channel)}>${text}</p>`,
    );
  }

  private row({ matrix, locked, labels, agreements }: Preferences, category: string): TemplateResult {
    const name = labels.categories[category] ?? category;
    const cells = Object.entries(matrix[category] ?? {}).map(([channel, wanted]) => {
      const label = labels.channels[channel] ?? channel;
      const why = locked[category]?.[channel];
      if (why !== undefined) return this.lockedCell(label, why);
      const choice = this.say('by', { category: name, channel: label });
      const agreement = agreements[channel];
      const set = (wanted: boolean) => {
        const wording = wanted && agreement !== undefined ? `${choice}. ${agreement}` : choice;
        this.set({ matrix: { [category]: { [channel]: wanted } } }, wording);
      };
      return this.toggle(label, choice, wanted, set, agreement && agreementId(channel));
    });
    return html`<div class="row" role="group" aria-label=${name}>
      <span class="category">${name}</span>
      <div class="cells">${cells}</div>
    </div>`;
  }

  private lockedCell(label: string, why: string): TemplateResult {
    return html`<span class="cell locked" title=${why}>
      ${icons.lock} ${label}<span class="hidden">: ${this.say('alwaysOn')}</span>
    </span>`;
  }

  private toggle(
    label: string,
    name: string,
    on: boolean,
    set: (on: boolean) => unknown,
    about?: string,
  ): TemplateResult {
    return html`<label class="cell">
      <input
        type="checkbox"
        role="switch"
        part="switch"
        aria-label=${name}
        aria-describedby=${about ?? nothing}
        .checked=${on}
        @change=${({ target }: Event) => set((target as HTMLInputElement).checked)}
      />
      <span aria-hidden="true">${label}</span>
    </label>`;
  }

  private pause({ paused_until: until, time_zone: zone }: Preferences): TemplateResult {
    const paused = until !== null && new Date(until) > new Date();
    const button = (text: string, moment: Date | null) =>
      html`<button
        type="button"
        class="choice"
        @click=${() => this.set({ paused_until: moment?.toISOString() ?? null })}
      >
        ${text}
      </button>`;
    const tomorrow = snoozeChoices(zone).find(({ name }) => name === 'tomorrow')?.until ?? null;
    const choices = paused
      ? button(this.say('resume'), null)
      : html`${button(this.say('forHour'), new Date(Date.now() + HOUR))}
        ${button(this.say('untilTomorrow'), tomorrow)}
        ${button(this.say('forWeek'), new Date(Date.now() + WEEK))}`;
    const title = paused
      ? this.say('paused', { when: onClock(new Date(until), this.language, zone) })
      : this.say('pause');
    return html`<div class="block ${paused ? 'paused' : ''}" role="group" aria-label=${this.say('pause')}>
      <div><strong>${title}</strong><small>${this.say('pauseMore')}</small></div>
      <div class="choices">${choices}</div>
    </div>`;
  }

  private quietHours({ quiet_hours: hours }: Preferences): TemplateResult {
    const time = (name: 'start' | 'end', label: string) =>
      html`<label class="time">
        <span>${label}</span>
        <input
          type="time"
          required
          .value=${hours?.[name] ?? ''}
          @change=${({ target }: Event) => {
            const { value } = target as HTMLInputElement;
            if (value) this.set({ quiet_hours: { ...NIGHT, ...hours, [name]: value } });
          }}
        />
      </label>`;
    const set = (on: boolean) => this.set({ quiet_hours: on ? NIGHT : null });
    const title = this.say('quietHours');
    return html`<div class="block" role="group" aria-label=${title}>
      <div><strong>${title}</strong><small>${this.say('quietHoursMore')}</small></div>
      <div class="choices">
        ${hours ? html`${time('start', this.say('from'))}${time('end', this.say('to'))}` : nothing}
        ${this.toggle('', title, hours !== null, set)}
      </div>
    </div>`;
  }

  private zone({ time_zone: zone }: Preferences): TemplateResult {
    const zones = Intl.supportedValuesOf('timeZone');
    const known = zones.includes(zone) ? zones : [zone, ...zones];
    return html`<label class="block">
      <strong>${this.say('zone')}</strong>
      <select @change=${({ target }: Event) => this.set({ time_zone: (target as HTMLSelectElement).value })}>
        ${known.map((name) => html`<option ?selected=${name === zone}>${name}</option>`)}
      </select>
    </label>`;
  }

  private async load(client: NotifyClient): Promise<void> {
    this.failed = false;
    try {
      const stored = await client.preferences();
      if (client !== this.inbox) return;
      this.show(stored);
      await this.devices.load(this.pushWorker ? client.push : undefined);
    } catch {
      this.failed = true;
    }
  }

  private startOver(client: NotifyClient): void {
    this.source = client;
    this.pending = [];
    this.note = '';
    void this.devices.load(undefined);
    this.show(undefined);
    void this.load(client);
  }

  private show(stored: Preferences | undefined): void {
    this.stored = stored;
    this.chosen = stored && this.pending.reduce(merged, stored);
  }

  /**
   * Shows at once, and is stored after what was chosen before it.
   * @param wording what was read of a choice
   */
  private readonly set = (changes: PreferenceChanges, wording?: string): void => {
    const client = this.inbox;
    if (!client) return;
    this.note = '';
    this.pending = [...this.pending, changes];
    this.show(this.stored);
    this.queue = this.queue.then(() => this.store(client, changes, wording));
  };

  /** What the service refuses is as it was, and its words say why. Of somebody who has left nothing is stored. */
  private async store(client: NotifyClient, changes: PreferenceChanges, wording?: string): Promise<void> {
    if (!this.pending.includes(changes)) return;
    try {
      const now = await client.setPreferences({ ...changes, ...(wording && { wording }) });
      this.settle(changes, now, this.say('saved'));
      this.tell('preferences', now);
    } catch (error) {
      this.settle(changes, this.stored, `${this.say('notTaken')} ${(error as Error).message}`);
    }
  }

  private settle(changes: PreferenceChanges, stored: Preferences | undefined, note: string): void {
    if (!this.pending.includes(changes)) return;
    this.pending = this.pending.filter((one) => one !== changes);
    this.show(stored);
    this.note = note;
  }
}

const agreementId = (channel: string) => `agreement-${channel}`;

function merged(before: Preferences, { matrix = {}, ...rest }: PreferenceChanges): Preferences {
  const rows = Object.entries(matrix).map(([category, row]) => [
    category,
    { ...before.matrix[category], ...row },
  ]);
  return {
    ...before,
    ...rest,
    matrix: { ...before.matrix, ...(Object.fromEntries(rows) as Preferences['matrix']) },
  };
}
