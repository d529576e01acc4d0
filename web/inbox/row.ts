import { html, nothing, type TemplateResult } from 'lit';
import { icons } from './icons.js';
import type { MessageName, Say } from './messages.js';
import { ago, onClock } from './moments.js';
import { linkOf } from './received.js';
import type { InboxNotification } from './types.js';

export interface RowContext {
  readonly language: string;
  readonly timeZone: string;
  readonly position: number;
  /** -1 while not all are known. */
  readonly size: number;
  readonly categoryLabel: string;
  /** The place of the category among all, for its colour. */
  readonly hue: number;
  /** Shown below the row, of the one whose return is being chosen. */
  readonly snoozing: TemplateResult | undefined;
  readonly say: Say;
  readonly act: (item: InboxNotification, action: RowAction) => void;
}

export type RowAction = 'follow' | 'read' | 'unread' | 'archive' | 'unarchive' | 'choose' | 'unsnooze';

/** How many colours the marks of categories have. */
const HUES = 7;

/** One notification of the feed. */
export function row(item: InboxNotification, context: RowContext): TemplateResult {
  const { say } = context;
  const name = `item${item.is_read ? '' : ' unread'}`;
  return html`<article
    class=${name}
    part=${item.is_read ? 'item' : 'item item-unread'}
    tabindex="0"
    data-id=${item.id}
    aria-posinset=${context.position}
    aria-setsize=${context.size}
    aria-labelledby="title-${item.id}"
    aria-describedby="message-${item.id}"
    @click=${(event: Event) => {
      if (!isControl(event) && !item.is_read) context.act(item, 'read');
    }}
  >
    <span class="mark hue-${context.hue % HUES}" aria-hidden="true">${initialOf(context.categoryLabel)}</span>
    <div class="body">
      <div class="line">
        <h3 id="title-${item.id}">
          ${item.is_read ? nothing : html`<span class="hidden">${say('unread')}: </span>`}${title(item, context)}
        </h3>
        <time datetime=${item.created_at} title=${new Date(item.created_at).toLocaleString(context.language)}
          >${ago(new Date(item.created_at), context.language)}</time
        >
      </div>
      <p class="message" id="message-${item.id}">${item.message}</p>
      ${item.snoozed_until === null ? nothing : comesBack(item.snoozed_until, context)}
      <div class="meta">
        <span class="kind">${context.categoryLabel}</span>
        ${item.actions.map(
          ({ label, url }) =>
            html`<a
              class="action"
              part="action"
              href=${linkOf(url) ?? nothing}
              @click=${() => context.act(item, 'follow')}
              >${label}</a
            >`,
        )}
        <span class="tools">${tools(item, context)}</span>
      </div>
      ${context.snoozing ?? nothing}
    </div>
  </article>`;
}

function title(item: InboxNotification, { act }: RowContext): TemplateResult {
  const link = linkOf(item.action_url);
  if (!link) return html`${item.title}`;
  return html`<a class="title" href=${link} @click=${() => act(item, 'follow')}>${item.title}</a>`;
}

const comesBack = (until: string, { say, language, timeZone }: RowContext) =>
  html`<p class="back">
    ${icons.snooze} ${say('comesBack', { when: onClock(new Date(until), language, timeZone) })}
  </p>`;

function tools(item: InboxNotification, context: RowContext): TemplateResult {
  const button = (action: RowAction, icon: TemplateResult, word: MessageName, expanded?: boolean) =>
    html`<button
      type="button"
      class="tool"
      part="tool"
      data-action=${action}
      aria-label=${context.say(word)}
      title=${context.say(word)}
      aria-expanded=${expanded === undefined ? nothing : String(expanded)}
      @click=${() => context.act(item, action)}
    >
      ${icon}
    </button>`;
  if (item.snoozed_until !== null) return button('unsnooze', icons.unarchive, 'unsnooze');
  const read = item.is_read
    ? button('unread', icons.unread, 'markUnread')
    : button('read', icons.read, 'markRead');
  if (item.is_archived) return html`${read}${button('unarchive', icons.unarchive, 'unarchive')}`;
  const choosing = context.snoozing !== undefined;
  return html`${read}${button('choose', icons.snooze, 'snooze', choosing)}${button('archive', icons.archive, 'archive')}`;
}

const isControl = (event: Event) =>
  event.composedPath().some((node) => node instanceof HTMLElement && node.matches('a, button, input, label'));

const initialOf = (label: string) => [...new Intl.Segmenter().segment(label)][0]?.segment.toUpperCase() ?? '';
