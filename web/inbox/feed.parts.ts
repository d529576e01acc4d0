import { html, nothing, type TemplateResult } from 'lit';
import { icons } from './icons.js';
import type { NotificationList } from './list.js';
import type { MessageName, Say } from './messages.js';
import type { ConnectionState, View } from './types.js';

export const VIEWS: readonly View[] = ['all', 'unread', 'snoozed', 'archived'];
/** A badge with more digits than that is not read anyway. */
const MOST_SHOWN = 99;
const SKELETONS = 4;

export const shortCount = (count: number): string => (count > MOST_SHOWN ? `${MOST_SHOWN}+` : String(count));

interface Tabs {
  readonly view: View;
  readonly unread: number;
  readonly say: Say;
  readonly choose: (view: View) => void;
}

/** The arrows walk through them, as tabs do. */
export function tabs({ view, unread, say, choose }: Tabs): TemplateResult {
  const step = (event: KeyboardEvent) => {
    const forwards = getComputedStyle(event.currentTarget as Element).direction === 'rtl' ? -1 : 1;
    const steps: Record<string, number> = { ArrowRight: forwards, ArrowLeft: -forwards };
    const by = steps[event.key];
    const next = by && VIEWS[(VIEWS.indexOf(view) + by + VIEWS.length) % VIEWS.length];
    if (!next) return;
    event.preventDefault();
    choose(next);
    (event.currentTarget as Element).querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return html`<div class="tabs" role="tablist" aria-label=${say('notifications')} @keydown=${step}>
    ${VIEWS.map(
      (name) =>
        html`<button
          type="button"
          role="tab"
          id="tab-${name}"
          part="tab"
          aria-controls="panel"
          aria-selected=${String(name === view)}
          tabindex=${name === view ? 0 : -1}
          @click=${() => choose(name)}
        >
          ${say(name)}${name === 'unread' && unread > 0 ? html`<span class="count">${shortCount(unread)}</span>` : nothing}
        </button>`,
    )}
  </div>`;
}

interface Chips {
  readonly labels: Readonly<Record<string, string>>;
  readonly chosen: string | undefined;
  readonly say: Say;
  readonly choose: (category: string | undefined) => void;
}

/** One category or everything; with only one there is nothing to choose. */
export function chips({ labels, chosen, say, choose }: Chips): TemplateResult | typeof nothing {
  const categories = Object.entries(labels);
  if (categories.length < 2) return nothing;
  const chip = (name: string | undefined, label: string) =>
    html`<button
      type="button"
      class="chip"
      part="chip"
      aria-pressed=${String(name === chosen)}
      @click=${() => choose(name)}
    >
      ${label}
    </button>`;
  return html`<div class="chips" role="group" aria-label=${say('category')}>
    ${chip(undefined, say('everyCategory'))}${categories.map(([name, label]) => chip(name, label))}
  </div>`;
}

interface Below {
  readonly list: NotificationList | undefined;
  readonly view: View;
  readonly say: Say;
  readonly more: () => void;
  readonly again: () => void;
}

const EMPTY: Readonly<Record<View, readonly [MessageName, MessageName]>> = {
  all: ['emptyAll', 'emptyAllMore'],
  unread: ['emptyUnread', 'emptyUnreadMore'],
  snoozed: ['emptySnoozed', 'emptySnoozedMore'],
  archived: ['emptyArchived', 'emptyArchivedMore'],
};

/** What stands below the rows: more of them, or why there are none. */
export function belowList({ list, view, say, more, again }: Below): TemplateResult | typeof nothing {
  const none = (list?.items.length ?? 0) === 0;
  if (list?.status === 'failed') {
    return html`<div class="empty" role="alert">
      ${icons.cloud}
      <p><strong>${say('failed')}</strong></p>
      <button type="button" class="primary end" @click=${again}>${say('again')}</button>
    </div>`;
  }
  if (list?.hasMore && !none) {
    return html`<div class="more">
      <button type="button" class="link end" ?disabled=${list.loadingMore} @click=${more}>
        ${say(list.loadingMore ? 'loading' : list.moreFailed ? 'olderFailed' : 'older')}
      </button>
    </div>`;
  }
  if (!none) return nothing;
  if (!list || list.status === 'loading') return skeletons(say);
  const [title, sentence] = EMPTY[view];
  return html`<div class="empty" part="empty">
    ${view === 'unread' ? icons.read : view === 'all' ? icons.bell : icons.inbox}
    <p><strong>${say(title)}</strong></p>
    <p>${say(sentence)}</p>
  </div>`;
}

const skeletons = (say: Say) =>
  html`<div class="skeletons">
    <p class="hidden">${say('loading')}</p>
    ${Array.from(
      { length: SKELETONS },
      () =>
        html`<div class="skeleton" aria-hidden="true">
          <i></i><span><b></b><b></b><b></b></span>
        </div>`,
    )}
  </div>`;

const STATES: Readonly<Record<Exclude<ConnectionState, 'live'>, MessageName>> = {
  connecting: 'connecting',
  lost: 'lost',
  'signed-out': 'signedOut',
  elsewhere: 'elsewhere',
  refused: 'refused',
};

/** What the connection is, where it is not as it should be. */
export function footer({
  state,
  say,
  again,
}: {
  readonly state: ConnectionState;
  readonly say: Say;
  readonly again: () => void;
}): TemplateResult | typeof nothing {
  if (state === 'live') return nothing;
  const ended = state !== 'connecting' && state !== 'lost';
  return html`<div class="foot ${state}" part="status">
    <span class="dot" aria-hidden="true"></span>
    <span class="words">${say(STATES[state])}</span>
    ${ended ? html`<button type="button" class="link" @click=${again}>${say('again')}</button>` : nothing}
  </div>`;
}
