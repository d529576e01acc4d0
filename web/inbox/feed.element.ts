import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { NotifyClient } from './client.js';
import { RefusedConnectionError } from './connection.js';
import { NotifyElement } from './element.js';
import { Focus } from './focus.js';
import type { NotificationList } from './list.js';
import type { MessageName } from './messages.js';
import { onClock } from './moments.js';
import { Notes } from './notes.js';
import { Reading } from './reading.js';
import { type RowAction, row } from './row.js';
import { snoozeMenu } from './snooze.js';
import { belowList, chips, footer, tabs, VIEWS } from './feed.parts.js';
import { feedStyle } from './style.feed.js';
import { rowStyle } from './style.row.js';
import { statesStyle } from './style.states.js';
import { baseStyle } from './style.base.js';
import type { InboxNotification, View } from './types.js';

const CLOCK = 30_000;

/**
 * A person's notifications in the page: `<notify-feed token-url="/notifications-token"></notify-feed>`.
 * Events, which bubble: `notification` (detail: it), `unread` (detail: {count}), `tokenneeded`.
 */
export class NotifyFeed extends NotifyElement {
  static override styles = [baseStyle, rowStyle, statesStyle, feedStyle];

  /** The tab that is open. */
  @property({ reflect: true }) view: View = 'all';
  /** Only notifications of this category. */
  @property({ reflect: true }) category: string | undefined;
  /** It scrolls itself, within the element that embeds it. */
  @property({ type: Boolean, reflect: true }) embedded = false;

  @state() private snoozing: string | undefined;
  @state() private picking = false;
  @state() private timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  @state() private labels: Readonly<Record<string, string>> = {};
  @query('.scroll') private readonly scroller!: HTMLElement;
  @query('.more') private readonly sentinel!: HTMLElement | null;

  private list: NotificationList | undefined;
  private clock: number | undefined;
  private readonly focusKeeper = new Focus(this);
  private readonly notes = new Notes(this);
  private readonly reading = new Reading(this, {
    list: () => this.list,
    scrolled: () => (this.embedded ? this.scroller.scrollTop : -this.getBoundingClientRect().top),
    focused: () => this.focusKeeper.within,
    end: () => this.sentinel,
    more: () => void this.more(),
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.clock = setInterval(() => this.requestUpdate(), CLOCK);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.clock);
  }

  protected override attached(client: NotifyClient): (() => void)[] {
    this.openList(client);
    void this.learn(client);
    const own = !this.embedded;
    return [
      client.on('person', () => void this.learn(client)),
      client.on('failed', (error) => {
        if (!(error instanceof RefusedConnectionError)) this.notes.show(this.say('notTaken'));
      }),
      () => this.closeList(client),
      ...(own ? [this.speak(client), ...tellingOf(client, (name, detail) => this.tell(name, detail))] : []),
    ];
  }

  /** Shows what waits above, and goes there. */
  reveal(): void {
    this.list?.release();
    this.scroller.scrollTop = 0;
    if (!this.embedded && this.getBoundingClientRect().top < 0) this.scrollIntoView({ block: 'start' });
    this.requestUpdate();
    void this.updateComplete.then(() => this.focusKeeper.to(0));
  }

  /** When it is opened again: from the top, with all that has come. */
  refresh(): void {
    this.reading.refresh();
    this.scroller.scrollTop = 0;
    if (this.list?.status === 'failed') void this.list.load();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const filtered = changed.has('view') || changed.has('category');
    if (this.hasUpdated && filtered && this.inbox) this.openList(this.inbox);
    this.focusKeeper.remember();
  }

  protected override updated(): void {
    this.focusKeeper.restore(this.selectedTab);
  }

  protected override render(): TemplateResult {
    const { list, reading } = this;
    const say = this.say.bind(this);
    const filled = (list?.items.length ?? 0) > 0;
    const busy = list?.status === 'loading' || list?.loadingMore === true;
    return html`<div class="feed" part="feed" dir=${this.direction}>
      <div class="top">
        ${tabs({ view: this.view, unread: this.inbox?.unread ?? 0, say, choose: (view) => (this.view = view) })}
        ${chips({ labels: this.labels, chosen: this.category, say, choose: (name) => (this.category = name) })}
      </div>
      <div
        class="scroll"
        id="panel"
        role="tabpanel"
        aria-labelledby="tab-${this.view}"
        @scroll=${reading.moved}
        @pointerenter=${() => reading.point(true)}
        @pointerleave=${() => reading.point(false)}
        @focusin=${reading.moved}
        @focusout=${reading.moved}
      >
        ${this.pill()}
        <div
          role=${filled ? 'feed' : nothing}
          aria-label=${filled ? say('notifications') : nothing}
          aria-busy=${String(busy)}
          @keydown=${this.focusKeeper.keys}
        >
          ${this.rows()}
        </div>
        ${belowList({ list, view: this.view, say, more: () => void this.more(), again: () => void list?.load() })}
      </div>
      ${this.notes.render(say, () => this.selectedTab?.focus())}
      ${footer({ state: this.inbox?.state ?? 'connecting', say, again: () => this.reconnect() })}
      <p class="hidden" role="status">${this.spoken}</p>
    </div>`;
  }

  private rows(): unknown {
    const items = this.list?.items ?? [];
    const size = this.list?.hasMore === false ? items.length : -1;
    return repeat(
      items,
      ({ id }) => id,
      (item, index) =>
        row(item, {
          language: this.language,
          timeZone: this.timeZone,
          position: index + 1,
          size,
          categoryLabel: this.labels[item.category] ?? item.category,
          hue: Math.max(0, Object.keys(this.labels).indexOf(item.category)),
          snoozing: this.snoozing === item.id ? this.menu(item) : undefined,
          say: this.say.bind(this),
          act: (one, action) => void this.act(one, action),
        }),
    );
  }

  private pill(): TemplateResult | typeof nothing {
    const count = this.list?.waiting ?? 0;
    if (count === 0) return nothing;
    const words = count === 1 ? this.say('newOne') : this.say('newMany', { count });
    return html`<div class="pill-place">
      <button type="button" class="pill" part="pill" @click=${() => this.reveal()}>${words}</button>
    </div>`;
  }

  private menu(item: InboxNotification): TemplateResult {
    return snoozeMenu({
      language: this.language,
      timeZone: this.timeZone,
      picking: this.picking,
      say: this.say.bind(this),
      pick: () => (this.picking = !this.picking),
      choose: (until) => void this.snooze(item, until),
    });
  }

  private async act(item: InboxNotification, action: RowAction): Promise<void> {
    const client = this.inbox;
    if (!client) return;
    const { id } = item;
    if (action === 'choose') {
      this.snoozing = this.snoozing === id ? undefined : id;
      this.picking = false;
    } else if (action === 'archive') {
      if (await client.archive(id)) this.done('archivedDone', () => client.unarchive(id));
    } else if (action === 'follow' || action === 'read') {
      if (!item.is_read) await client.markRead(id);
    } else if (action === 'unread') await client.markUnread(id);
    else if (action === 'unarchive') await client.unarchive(id);
    else await client.unsnooze(id);
  }

  private async snooze({ id }: InboxNotification, until: Date): Promise<void> {
    const client = this.inbox;
    this.snoozing = undefined;
    if (!client || !(await client.snooze(id, until))) return;
    const when = onClock(until, this.language, this.timeZone);
    this.done('snoozedDone', () => client.unsnooze(id), { when });
  }

  private done(name: MessageName, undo: () => unknown, values: Readonly<Record<string, string>> = {}): void {
    this.notes.show(this.say(name, values), undo);
  }

  private openList(client: NotifyClient): void {
    this.closeList(client);
    const { view, category } = this;
    this.snoozing = undefined;
    this.list = client.list({ view: VIEWS.includes(view) ? view : 'all', ...(category && { category }) });
  }

  private closeList(client: NotifyClient): void {
    if (this.list) client.close(this.list);
    this.list = undefined;
  }

  /** The person's clock, and what categories are called. Without it the browser's clock and bare names do. */
  private async learn(client: NotifyClient): Promise<void> {
    const preferences = await client.preferences(this.language).catch(() => undefined);
    if (!preferences) return;
    this.timeZone = preferences.time_zone;
    this.labels = preferences.labels.categories;
  }

  private async more(): Promise<void> {
    await this.list?.more().catch(() => undefined);
  }

  private get selectedTab(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('[role=tab][aria-selected=true]');
  }
}

function tellingOf(client: NotifyClient, tell: (name: string, detail?: unknown) => void): (() => void)[] {
  return [
    client.on('notification', (item) => tell('notification', item)),
    client.on('unread', (count) => tell('unread', { count })),
    client.on('state', (now) => {
      if (now === 'signed-out') tell('tokenneeded');
    }),
  ];
}
