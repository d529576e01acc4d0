import type { InboxNotification } from './types.js';

export type Patch = Partial<Pick<InboxNotification, 'is_read' | 'is_archived' | 'snoozed_until'>>;

/** So many of the last changes are remembered, against answers that left the server before them. */
const REMEMBERED = 500;

export const isInInbox = (item: InboxNotification): boolean =>
  !item.is_archived && item.snoozed_until === null;
const counts = (item: InboxNotification): boolean => isInInbox(item) && !item.is_read;

/** All notifications that are known here, each once, whichever list or event brought it. */
export class Store {
  readonly #items = new Map<string, InboxNotification>();
  readonly #changes = new Map<string, { at: number; patch: Patch | 'removed' }>();
  #clock = 0;
  unread = 0;
  /** The last place of the inbox that is known; undefined before anything is. */
  place: number | undefined;

  constructor(private readonly changed: () => void) {}

  /** A moment to give back to `put` with an answer that is asked for now. */
  get now(): number {
    return this.#clock;
  }

  get(id: string): InboxNotification | undefined {
    return this.#items.get(id);
  }

  all(): InboxNotification[] {
    return [...this.#items.values()];
  }

  /** @param asked the moment at which they were asked for: what has changed here since then is newer than they are */
  put(items: readonly InboxNotification[], asked: number): void {
    for (const item of items) {
      const change = this.#changes.get(item.id);
      const newer = change && change.at > asked ? change.patch : undefined;
      if (newer === 'removed') continue;
      this.#items.set(item.id, { ...item, ...newer });
      this.reach(item.seq);
    }
    this.changed();
  }

  reach(place: number): void {
    this.place = Math.max(this.place ?? 0, place);
  }

  patch(id: string, patch: Patch): void {
    const item = this.#items.get(id);
    const before = this.#changes.get(id)?.patch;
    this.#remember(id, { ...(before !== 'removed' && before), ...patch });
    if (item) this.#items.set(id, { ...item, ...patch });
    this.changed();
  }

  /** The count goes along, until the server says what it is. */
  patchHere(id: string, patch: Patch): void {
    const before = this.#items.get(id);
    this.patch(id, patch);
    const after = this.#items.get(id);
    if (before && after) this.count(this.unread + Number(counts(after)) - Number(counts(before)));
  }

  /** Returns what was unread. */
  readAll(): InboxNotification[] {
    const unread = this.all().filter(counts);
    for (const { id } of unread) this.patch(id, { is_read: true });
    return unread;
  }

  remove(id: string): void {
    this.#items.delete(id);
    this.#remember(id, 'removed');
    this.changed();
  }

  /** Back from a change that the server did not take. */
  restore(item: InboxNotification): void {
    this.#changes.delete(item.id);
    this.#items.set(item.id, item);
    this.changed();
  }

  /** What was there when it was asked for, and is in the answer no more, is gone. */
  keepOnly(ids: ReadonlySet<string>, asked: number, within: (item: InboxNotification) => boolean): void {
    for (const item of this.all()) {
      const touched = (this.#changes.get(item.id)?.at ?? 0) > asked;
      if (!ids.has(item.id) && !touched && within(item)) this.#items.delete(item.id);
    }
    this.changed();
  }

  /** As if nothing had ever been known. */
  clear(): void {
    this.#items.clear();
    this.#changes.clear();
    this.place = undefined;
    this.count(0);
  }

  count(unread: number): void {
    this.unread = Math.max(0, unread);
    this.changed();
  }

  #remember(id: string, patch: Patch | 'removed'): void {
    this.#clock += 1;
    this.#changes.delete(id);
    this.#changes.set(id, { at: this.#clock, patch });
    const [oldest] = this.#changes.keys();
    if (this.#changes.size > REMEMBERED && oldest !== undefined) this.#changes.delete(oldest);
  }
}
