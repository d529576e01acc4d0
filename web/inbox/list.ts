import type { Http } from './http.js';
import { isInInbox, type Store } from './store.js';
import { arrived, type Received } from './received.js';
import type { Filter, InboxNotification } from './types.js';

const PAGE = 20;
const LARGEST_PAGE = 100;

interface Page {
  readonly results: readonly Received[];
  readonly next: string | null;
}

/** The notifications of a filter, newest first, page by page; what arrives meanwhile comes by itself. */
export class NotificationList {
  /** Of the newest pages. */
  status: 'loading' | 'ready' | 'failed' = 'loading';
  loadingMore = false;
  /** The last page that was asked for could not be read. */
  moreFailed = false;
  /** Below the last place that was read nothing is shown; 0 when everything was read. */
  #floor = Number.POSITIVE_INFINITY;
  /** Above this place they are new and wait. */
  #ceiling = Number.POSITIVE_INFINITY;
  #next: string | null = null;
  #turn = 0;

  /** @internal */
  constructor(
    readonly filter: Filter,
    private readonly store: Store,
    private readonly http: Http,
    private readonly changed: () => void,
  ) {}

  get items(): InboxNotification[] {
    return this.#from(this.#floor, this.#ceiling);
  }

  /** How many have arrived while the list was held. */
  get waiting(): number {
    return this.#ceiling === Number.POSITIVE_INFINITY ? 0 : this.#from(this.#ceiling + 1).length;
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  /** From now on what arrives waits, so that nothing moves under whoever reads. */
  hold(): void {
    if (this.#ceiling === Number.POSITIVE_INFINITY) this.#ceiling = this.store.place ?? 0;
  }

  release(): void {
    if (this.#ceiling === Number.POSITIVE_INFINITY) return;
    this.#ceiling = Number.POSITIVE_INFINITY;
    this.changed();
  }

  /** Reads anew as much as is shown. What is shown stays meanwhile. */
  async load(): Promise<void> {
    const turn = (this.#turn += 1);
    const asked = this.store.now;
    const newest = this.store.place ?? 0;
    if (this.status === 'failed') this.status = 'loading';
    this.moreFailed = false;
    this.changed();
    try {
      const { results, next } = await this.#downTo(this.#floor);
      if (turn !== this.#turn) return;
      const items = results.map(arrived);
      this.#reach(items, next);
      const ids = new Set(items.map(({ id }) => id));
      const stale = (item: InboxNotification) =>
        item.seq <= newest && item.seq >= this.#floor && this.#holds(item);
      this.store.keepOnly(ids, asked, stale);
      this.status = 'ready';
      this.store.put(items, asked);
    } catch {
      if (turn !== this.#turn) return;
      this.status = 'failed';
      this.changed();
    }
  }

  /** One more page. Rejected when it could not be read; what is shown stays. */
  async more(): Promise<void> {
    if (this.#next === null || this.loadingMore) return;
    const [turn, asked] = [this.#turn, this.store.now];
    this.loadingMore = true;
    this.moreFailed = false;
    this.changed();
    try {
      const { results, next } = await this.http.call<Page>('GET', this.#next);
      if (turn !== this.#turn) return;
      const items = results.map(arrived);
      this.#reach(items, next);
      this.store.put(items, asked);
    } catch (error) {
      this.moreFailed = turn === this.#turn;
      throw error;
    } finally {
      this.loadingMore = false;
      this.changed();
    }
  }

  /**
   * For another person.
   * @internal
   */
  restart(): void {
    this.#floor = this.#ceiling = Number.POSITIVE_INFINITY;
    this.#next = null;
    this.status = 'loading';
    void this.load();
  }

  /** However much has come meanwhile, what was shown stays within. */
  async #downTo(floor: number): Promise<Page> {
    let { results, next } = await this.http.call<Page>('GET', this.#path());
    while (next !== null && (results.at(-1)?.seq ?? 0) > floor) {
      const page: Page = await this.http.call<Page>('GET', next);
      results = [...results, ...page.results];
      next = page.next;
    }
    return { results, next };
  }

  #reach(items: readonly InboxNotification[], next: string | null): void {
    this.#next = next;
    this.#floor = next === null ? 0 : (items.at(-1)?.seq ?? 0);
  }

  #from(floor: number, ceiling = Number.POSITIVE_INFINITY): InboxNotification[] {
    return this.store
      .all()
      .filter((item) => item.seq >= floor && item.seq <= ceiling && this.#holds(item))
      .sort((a, b) => b.seq - a.seq);
  }

  #holds(item: InboxNotification): boolean {
    const { view, category } = this.filter;
    if (category !== undefined && item.category !== category) return false;
    if (view === 'archived') return item.is_archived;
    if (view === 'snoozed') return item.snoozed_until !== null;
    return isInInbox(item) && (view === 'all' || !item.is_read);
  }

  #path(): string {
    const { view, category } = this.filter;
    const known = this.#from(this.#floor).length;
    const query = new URLSearchParams({ limit: String(Math.min(Math.max(known, PAGE), LARGEST_PAGE)) });
    if (view === 'unread') query.set('is_read', 'false');
    if (view === 'archived') query.set('archived', 'true');
    if (view === 'snoozed') query.set('snoozed', 'true');
    if (category !== undefined) query.set('category', category);
    return `/api/notifications?${query.toString()}`;
  }
}
