import type { ServerMessage } from './connection.js';
import type { NotificationList } from './list.js';
import { arrived, type Received } from './received.js';
import type { Store } from './store.js';
import type { InboxNotification } from './types.js';

/** Milliseconds. */
const SOON = 200;

/** Takes what the live connection says into what is known. */
export class Hearing {
  #welcomedBefore = false;
  #reloading: number | undefined;

  /** @param rang told of what is new; not of what was replayed after a break */
  constructor(
    private readonly store: Store,
    private readonly lists: ReadonlySet<NotificationList>,
    private readonly rang: (item: InboxNotification) => void,
  ) {}

  hear(message: ServerMessage): void {
    const { type } = message;
    if (type === 'connection_established') this.#welcomed(message);
    else if (type === 'unread_count') this.store.count(message['count'] as number);
    else if (type === 'notification') this.#arrived(message);
    else if (type === 'notification_updated') this.#updated(message);
    else if (type === 'notification_deleted') this.store.remove(message['id'] as string);
    else if (type === 'resync') this.#reload();
  }

  /** The next one to be welcomed is another person. */
  startOver(): void {
    this.#welcomedBefore = false;
  }

  /** What arrived is replayed; what was read, archived or put off meanwhile is not: so the lists are read anew. */
  #welcomed({ unread_count: unread, seq }: ServerMessage): void {
    this.store.count(unread as number);
    if (this.#welcomedBefore || (this.store.place ?? 0) < (seq as number)) this.#reload();
    this.#welcomedBefore = true;
    this.store.reach(seq as number);
  }

  #reload(): void {
    for (const list of this.lists) void list.load();
  }

  /** Once for all that other devices change in one go. */
  #reloadSoon(): void {
    clearTimeout(this.#reloading);
    this.#reloading = setTimeout(() => this.#reload(), SOON);
  }

  #arrived({ notification, replayed }: ServerMessage): void {
    const item = arrived(notification as Received);
    const known = this.store.get(item.id);
    if (known && known.seq >= item.seq) return;
    this.store.put([item], Number.POSITIVE_INFINITY);
    if (replayed !== true) this.rang(item);
  }

  #updated({ id, all, is_read: read, archived, snoozed_until: snoozed }: ServerMessage): void {
    if (all === true) {
      this.store.readAll();
      return;
    }
    const unknown = this.store.get(id as string) === undefined;
    this.store.patch(id as string, {
      ...(typeof read === 'boolean' && { is_read: read }),
      ...(typeof archived === 'boolean' && {
        is_archived: archived,
        ...(archived && { snoozed_until: null }),
      }),
      ...(snoozed !== undefined && { snoozed_until: snoozed as string | null }),
    });
    // It may belong into a list that has never read it.
    if (unknown) this.#reloadSoon();
  }
}
