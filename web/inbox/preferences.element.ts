import { html, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { NotifyClient } from './client.js';
import { Devices } from './devices.js';
import { NotifyElement } from './element.js';
import { preferencesForm } from './preferences.form.js';
import { baseStyle } from './style.base.js';
import { preferencesStyle } from './style.preferences.js';
import type { PreferenceChanges, Preferences } from './types.js';

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
    const { language, set } = this;
    const say = this.say.bind(this);
    return html`${preferencesForm({ chosen, say, language, set })}
    ${this.devices.render({
      say,
      language,
      workerUrl: this.pushWorker ?? '',
      done: (refused) => (this.note = refused ? `${say('notTaken')} ${refused}` : say('saved')),
    })}`;
  }

  private async load(client: NotifyClient): Promise<void> {
    this.failed = false;
    try {
      const stored = await client.preferences(this.language);
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
      const now = await client.setPreferences({ ...changes, ...(wording && { wording }) }, this.language);
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
