import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { DataSource } from 'typeorm';
import { Reads } from '../database/pipeline.js';
import { rowsOf } from '../deliveries/rows.js';
import { InboxChanged } from './inbox-changed.event.js';

/** A notification as it travels to a browser. */
export interface InboxItem {
  readonly id: string;
  readonly notification_id: string;
  readonly type: string;
  readonly title: string;
  readonly message: string;
  readonly is_read: boolean;
  readonly action_url: string | null;
  readonly created_at: Date;
  readonly order_id: string | null;
  readonly payment_id: string | null;
  readonly category: string;
  /** As the sender gave them in `metadata.actions`: buttons with a label and a URL. */
  readonly actions: unknown;
  /** Its place in the person's inbox: 1, 2, 3, ... One that was put off comes back in a new place. */
  readonly seq: number;
}

/** What somebody missed, and the place up to which they have seen everything then. */
export interface Missed {
  readonly items: InboxItem[];
  readonly reached: number;
  readonly complete: boolean;
}

const ITEM = `
  n.id, n.reference AS notification_id, n.type, n.title, n.message, n.read_at IS NOT NULL AS is_read, n.action_url,
  n.created_at, n.order_id, n.payment_id, n.category, n.metadata->'actions' AS actions, n.seq::float8 AS seq`;

/** Put off, archived and deleted ones are not in the inbox, nor those whose words are erased. */
const IN_INBOX = `
  snoozed_until IS NULL AND archived_at IS NULL AND deleted_at IS NULL AND erased_at IS NULL AND seq IS NOT NULL`;

/** A place in an inbox, as text. */
const PLACE = /^\d{1,15}$/;
const NOBODY = '00000000-0000-0000-0000-000000000000';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The condition that finds a notification by either of its names, as parameter `place`. */
export const namedBy = (id: string, place: number) =>
  UUID.test(id) ? `n.id = $${place}` : `n.reference = $${place}`;

/* Scheduled: it becomes visible, and gets its place, when its time has come. */
const PUBLISH = `
  WITH n AS MATERIALIZED (SELECT id, user_id FROM notifications WHERE id = $1 AND seq IS NULL FOR UPDATE),
  place AS (
    INSERT INTO inbox_counters (user_id, last_seq) SELECT user_id, 1 FROM n
    ON CONFLICT (user_id) DO UPDATE SET last_seq = inbox_counters.last_seq + 1
    RETURNING last_seq)
  UPDATE notifications SET seq = place.last_seq, updated_at = now() FROM n, place WHERE notifications.id = n.id`;

/** A change of one notification, as columns; each sets what is not already so. */
const CHANGES = {
  read: { set: 'read_at = now()', unless: 'n.read_at IS NOT NULL' },
  unread: { set: 'read_at = NULL', unless: 'n.read_at IS NULL' },
  archive: { set: 'archived_at = now(), snoozed_until = NULL', unless: 'n.archived_at IS NOT NULL' },
  unarchive: { set: 'archived_at = NULL', unless: 'n.archived_at IS NULL' },
  snooze: {
    set: 'snoozed_until = $3::timestamptz, archived_at = NULL',
    unless: 'n.snoozed_until IS NOT DISTINCT FROM $3::timestamptz',
  },
  unsnooze: { set: 'snoozed_until = NULL', unless: 'n.snoozed_until IS NULL' },
  delete: { set: 'deleted_at = now(), snoozed_until = NULL', unless: 'FALSE' },
} as const;
type AnyChange = keyof typeof CHANGES;
/** What needs no more than its name. */
export type InboxChange = Exclude<AnyChange, 'snooze'>;

interface Changed {
  readonly id: string;
  readonly is_read: boolean;
  readonly archived: boolean;
  readonly changed: boolean;
}

/** A person's inbox: what is in it, in which order, and what the person has done with it. */
@Injectable()
export class InboxService {
  constructor(
    private readonly database: DataSource,
    private readonly reads: Reads,
    private readonly events: EventEmitter2,
  ) {}

  async items(ids: readonly string[]): Promise<Map<string, InboxItem>> {
    const text = `SELECT ${ITEM} FROM notifications n WHERE n.id = ANY($1::uuid[]) AND n.erased_at IS NULL`;
    const rows = await this.reads.query<InboxItem[]>(text, [ids]);
    return new Map(rows.map((item) => [item.id, item]));
  }

  /**
   * What came after a place, or after a notification that the person has seen, in order. `complete` is false when that
   * is more than `limit`, or when where to begin is not known: then the client starts over.
   * @param after a place (`42`), or the id of a notification
   */
  async since(userId: string, after: string, limit: number): Promise<Missed> {
    const place = await this.placeOf(userId, after);
    if (place === undefined) return { items: [], reached: 0, complete: false };
    const condition = `n.user_id = $1 AND n.seq > $2 AND ${IN_INBOX} ORDER BY n.seq LIMIT $3`;
    const items = await this.query(condition, [userId, place, limit + 1]);
    if (items.length > limit) return { items: [], reached: 0, complete: false };
    return { items, reached: items.at(-1)?.seq ?? Number(place), complete: true };
  }

  /** What came back has another place than when it was seen: its id says no more how far the person had come. */
  private async placeOf(userId: string, after: string): Promise<string | undefined> {
    const [text, value] = PLACE.test(after)
      ? ['SELECT $1::bigint AS seq FROM inbox_counters WHERE user_id = $2 AND last_seq >= $1::bigint', after]
      : [
          'SELECT seq FROM notifications WHERE id = $1 AND user_id = $2 AND seq IS NOT NULL AND returned_at IS NULL',
          UUID.test(after) ? after : NOBODY,
        ];
    return rowsOf<{ seq: string }>(await this.database.query(text, [value, userId]))[0]?.seq;
  }

  /** The newest, newest first, for a client that opens the inbox over its live connection. */
  latest(userId: string, limit: number): Promise<InboxItem[]> {
    return this.query(`n.user_id = $1 AND ${IN_INBOX} ORDER BY n.seq DESC LIMIT $2`, [userId, limit]);
  }

  async unreadCounts(userIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.reads.query<{ user_id: string; count: number }[]>(
      `SELECT user_id, count(*)::int AS count FROM notifications
        WHERE user_id = ANY($1::text[]) AND read_at IS NULL AND ${IN_INBOX}
        GROUP BY user_id`,
      [userIds],
    );
    const counts = new Map(rows.map((row) => [row.user_id, row.count]));
    return new Map(userIds.map((id) => [id, counts.get(id) ?? 0]));
  }

  /** The last place that was given in each of these inboxes. */
  async endsOf(userIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.reads.query<{ user_id: string; last_seq: string }[]>(
      'SELECT user_id, last_seq FROM inbox_counters WHERE user_id = ANY($1::text[])',
      [userIds],
    );
    const ends = new Map(rows.map((row) => [row.user_id, Number(row.last_seq)]));
    return new Map(userIds.map((id) => [id, ends.get(id) ?? 0]));
  }

  /** Changes one notification of the person; false when they have none of that name. Twice is as good as once. */
  change(userId: string, id: string, change: InboxChange): Promise<boolean> {
    return this.apply(userId, id, change);
  }

  /** Takes it out of the inbox until then; it comes back as a new one. False when they have none of that name. */
  snooze(userId: string, id: string, until: Date): Promise<boolean> {
    return this.apply(userId, id, 'snooze', until);
  }

  private async apply(userId: string, id: string, change: AnyChange, until?: Date): Promise<boolean> {
    const { set, unless } = CHANGES[change];
    const rows = rowsOf<Changed>(
      await this.database.query(
        `WITH n AS MATERIALIZED (
           SELECT n.id, ${unless} AS already, n.read_at IS NOT NULL AS is_read, n.archived_at IS NOT NULL AS archived
             FROM notifications n
            WHERE n.user_id = $1 AND ${namedBy(id, 2)} AND n.deleted_at IS NULL AND n.erased_at IS NULL AND n.seq IS NOT NULL
              FOR UPDATE),
         changed AS (
           UPDATE notifications m SET ${set}, updated_at = now() FROM n WHERE m.id = n.id AND NOT n.already
           RETURNING m.id, m.read_at IS NOT NULL AS is_read, m.archived_at IS NOT NULL AS archived)
         SELECT id, is_read, archived, TRUE AS changed FROM changed
         UNION ALL SELECT id, is_read, archived, FALSE FROM n WHERE n.already`,
        [userId, id, ...(until ? [until] : [])],
      ),
    );
    const [row] = rows;
    if (row?.changed) {
      const kind = change === 'delete' ? 'deleted' : 'updated';
      const snoozed = change === 'unsnooze' ? null : until?.toISOString();
      const event = new InboxChanged(userId, kind, row.id, row.is_read, row.archived, snoozed);
      this.events.emit(InboxChanged.name, event);
    }
    return row !== undefined;
  }

  markRead(userId: string, id: string, read: boolean): Promise<boolean> {
    return this.change(userId, id, read ? 'read' : 'unread');
  }

  /** Returns how many were unread. */
  async markAllRead(userId: string): Promise<number> {
    const rows = rowsOf(
      await this.database.query(
        `UPDATE notifications SET read_at = now(), updated_at = now()
          WHERE user_id = $1 AND read_at IS NULL AND ${IN_INBOX}
         RETURNING id`,
        [userId],
      ),
    );
    if (rows.length > 0) this.events.emit(InboxChanged.name, new InboxChanged(userId, 'all_read', null));
    return rows.length;
  }

  /** Gives a scheduled notification its place; one that has a place keeps it. */
  async publish(notificationId: string): Promise<void> {
    await this.database.query(PUBLISH, [notificationId]);
  }

  private async query(condition: string, values: unknown[]): Promise<InboxItem[]> {
    return rowsOf<InboxItem>(
      await this.database.query(`SELECT ${ITEM} FROM notifications n WHERE ${condition}`, values),
    );
  }
}
