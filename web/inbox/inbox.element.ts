import { html, nothing, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import type { NotifyClient } from './client.js';
import { NotifyElement } from './element.js';
import type { NotifyFeed } from './feed.element.js';
import { shortCount } from './feed.parts.js';
import { icons } from './icons.js';
import { placed } from './place.js';
import { baseStyle } from './style.base.js';
import { inboxStyle } from './style.inbox.js';

const FEED_PARTS = 'feed, tab, chip, item, item-unread, action, tool, pill, note, empty, status';

/**
 * A bell with its badge, and the person's notifications below it:
 *
 *   <script type="module" src="https://notify.example.com/inbox.js"></script>
 *   <notify-inbox token-url="/notifications-token"></notify-inbox>
 *
 * Events, which bubble: `notification` (detail: it), `unread` (detail: {count}), `tokenneeded`.
 */
export class NotifyInbox extends NotifyElement {
  static override styles = [baseStyle, inboxStyle];

  @state() private open = false;
  /** The list is read when it is first looked at. */
  @state() private opened = false;
  @state() private ringing = false;
  @query('.bell') private readonly bell!: HTMLButtonElement;
  @query('.panel') private readonly panel!: HTMLElement;
  @query('h2') private readonly heading!: HTMLElement;
  @query('notify-feed') private readonly feed!: NotifyFeed | null;

  /** How many are unread. */
  get unread(): number {
    return this.inbox?.unread ?? 0;
  }

  protected override attached(client: NotifyClient): (() => void)[] {
    return [
      this.speak(client),
      client.on('notification', (item) => {
        this.ringing = true;
        this.tell('notification', item);
      }),
      client.on('unread', (count) => this.tell('unread', { count })),
      client.on('state', (now) => {
        if (now === 'signed-out') this.tell('tokenneeded');
      }),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.follow(false);
  }

  protected override firstUpdated(): void {
    this.bell.popoverTargetElement = this.panel;
  }

  protected override render(): TemplateResult {
    const { unread } = this;
    const name =
      unread === 0 ? this.say('notifications') : this.say('notificationsUnread', { count: unread });
    return html`<button
        type="button"
        class="bell ${this.ringing ? 'rings' : ''}"
        part="button"
        aria-haspopup="dialog"
        aria-expanded=${String(this.open)}
        aria-controls="panel"
        aria-label=${name}
        @animationend=${() => (this.ringing = false)}
      >
        ${icons.bell}
        <span class="badge" part="badge" aria-hidden="true" ?hidden=${unread === 0}
          >${shortCount(unread)}</span
        >
      </button>
      <div
        class="panel"
        id="panel"
        part="panel"
        popover="auto"
        role="dialog"
        aria-labelledby="heading"
        dir=${this.direction}
        @beforetoggle=${this.toggling}
        @toggle=${this.toggled}
        @click=${this.followed}
      >
        ${this.head(unread)} ${this.opened ? this.content() : nothing}
      </div>
      <p class="hidden" role="status">${this.spoken}</p>`;
  }

  private head(unread: number): TemplateResult {
    return html`<div class="head">
      <h2 id="heading" tabindex="-1">${this.say('notifications')}</h2>
      <button type="button" class="link" ?hidden=${unread === 0} @click=${this.markAll}>
        ${icons.readAll}<span>${this.say('markAllRead')}</span>
      </button>
      <button
        type="button"
        class="tool"
        aria-label=${this.say('close')}
        @click=${() => this.panel.hidePopover()}
      >
        ${icons.close}
      </button>
    </div>`;
  }

  private content(): TemplateResult {
    return html`<notify-feed
      embedded
      exportparts=${FEED_PARTS}
      lang=${this.language}
      dir=${this.direction}
      .client=${this.inbox}
      .messages=${this.messages}
      .messagesUrl=${this.messagesUrl}
    ></notify-feed>`;
  }

  private readonly markAll = async (): Promise<void> => {
    // The button goes away with the last unread one.
    this.heading.focus();
    if (await this.inbox?.markAllRead()) this.speakOut(this.say('markedAllRead'));
  };

  private readonly toggling = ({ newState }: ToggleEvent): void => {
    const opens = newState === 'open';
    const within = this.panel.contains(this.shadowRoot?.activeElement ?? null);
    if (!opens && within) this.bell.focus();
    this.opened ||= opens;
    this.open = opens;
    // Not to be seen before it has its place.
    this.panel.classList.toggle('placing', opens);
    this.follow(opens);
  };

  private readonly toggled = async ({ newState }: ToggleEvent): Promise<void> => {
    if (newState !== 'open') return;
    await this.updateComplete;
    this.feed?.refresh();
    this.place();
    this.panel.classList.remove('placing');
    this.heading.focus({ preventScroll: true });
  };

  private readonly followed = (event: Event): void => {
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
    // In a page that changes its content without loading another, the panel would stay.
    if (link) this.panel.hidePopover();
  };

  private follow(opens: boolean): void {
    const change = opens ? addEventListener : removeEventListener;
    change('resize', this.place);
    change('scroll', this.place, { passive: true, capture: true });
  }

  private readonly place = (): void => placed(this.panel, this.bell, this.direction);
}
