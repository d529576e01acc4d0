import { html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { NotifyClient } from './client.js';
import { NotifyElement } from './element.js';
import { icons } from './icons.js';
import { linkOf } from './received.js';
import { baseStyle } from './style.base.js';
import { toastsStyle } from './style.toasts.js';
import type { InboxNotification } from './types.js';

const MOST = 3;

/**
 * What arrives shows for a moment in a corner of the page: `<notify-toasts></notify-toasts>`. Beside another element of
 * the page it needs no token of its own.
 */
export class NotifyToasts extends NotifyElement {
  static override styles = [baseStyle, toastsStyle];

  @property({ reflect: true }) position: 'top-end' | 'top-start' | 'bottom-end' | 'bottom-start' =
    'bottom-end';
  /** Seconds; 0 keeps each until it is dismissed. */
  @property({ type: Number }) duration = 6;

  @state() private shown: readonly InboxNotification[] = [];
  private readonly timers = new Map<string, number>();

  protected override attached(client: NotifyClient): (() => void)[] {
    return [
      this.speak(client),
      client.on('notification', (item) => this.show(item)),
      client.on('change', () => this.drop((item) => isDone(client, item))),
      () => this.drop(() => true),
    ];
  }

  protected override render(): TemplateResult {
    return html`<div
        class="toasts"
        part="toasts"
        role="region"
        aria-label=${this.say('notifications')}
        dir=${this.direction}
        ?hidden=${this.shown.length === 0}
        @pointerenter=${this.wait}
        @pointerleave=${this.goOn}
        @focusin=${this.wait}
        @focusout=${this.goOn}
      >
        ${repeat(
          this.shown,
          ({ id }) => id,
          (item) => this.toast(item),
        )}
      </div>
      <p class="hidden" role="status">${this.spoken}</p>`;
  }

  private toast(item: InboxNotification): TemplateResult {
    const link = linkOf(item.action_url);
    const follow = () => {
      void this.inbox?.markRead(item.id);
      this.dismiss(item.id);
    };
    return html`<div class="toast" part="toast" data-id=${item.id}>
      <span class="bell">${icons.bell}</span>
      <div class="body">
        <p class="title">${link ? html`<a href=${link} @click=${follow}>${item.title}</a>` : item.title}</p>
        <p class="message">${item.message}</p>
        ${item.actions.length === 0 ? nothing : this.actions(item, follow)}
      </div>
      <button
        type="button"
        class="tool"
        aria-label=${this.say('dismiss')}
        @click=${() => this.dismiss(item.id)}
      >
        ${icons.close}
      </button>
    </div>`;
  }

  private actions({ actions }: InboxNotification, follow: () => void): TemplateResult {
    return html`<p class="actions">
      ${actions.map(({ label, url }) => html`<a href=${linkOf(url) ?? nothing} @click=${follow}>${label}</a>`)}
    </p>`;
  }

  private show(item: InboxNotification): void {
    for (const { id } of this.shown.slice(MOST - 1)) this.dismiss(id);
    this.shown = [item, ...this.shown.filter(({ id }) => id !== item.id)];
    this.startTimer(item.id);
  }

  private dismiss(id: string): void {
    this.drop((item) => item.id === id);
  }

  private drop(gone: (item: InboxNotification) => boolean): void {
    const dropped = this.shown.filter(gone);
    if (dropped.length === 0) return;
    for (const { id } of dropped) this.stopTimer(id);
    this.shown = this.shown.filter((item) => !gone(item));
  }

  private startTimer(id: string): void {
    this.stopTimer(id);
    if (this.duration > 0)
      this.timers.set(
        id,
        setTimeout(() => this.dismiss(id), this.duration * 1000),
      );
  }

  private stopTimer(id: string): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
  }

  /** Nothing goes away from under a pointer or the focus. */
  private readonly wait = (): void => {
    for (const { id } of this.shown) this.stopTimer(id);
  };

  private readonly goOn = (): void => {
    for (const { id } of this.shown) this.startTimer(id);
  };
}

/** Read, archived or put off elsewhere: it needs no attention any more. */
function isDone(client: NotifyClient, { id }: InboxNotification): boolean {
  const item = client.item(id);
  return !item || item.is_read || item.is_archived || item.snoozed_until !== null;
}
