import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import type { EntityManager } from 'typeorm';
import { openingOf } from '../deliveries/deliveries.service.js';
import { rowsOf } from '../deliveries/rows.js';
import type { Draft } from './composer.js';
import { type CreatedDelivery, NotificationCreated } from './notification-created.event.js';

/** A notification as it is inserted. Dates are ISO 8601. */
export interface NewNotification {
  readonly id: string;
  readonly reference: string;
  readonly userId: string;
  /** False for a scheduled one: it gets its place in the inbox when its time has come. */
  readonly published: boolean;
  readonly type: string;
  readonly category: string;
  readonly title: string;
  readonly message: string;
  readonly actionUrl: string | null;
  readonly locale: string;
  readonly templateVersionId: string;
  readonly orderId: string | null;
  readonly orderNumber: string | null;
  readonly paymentId: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly dedupeKey: string | null;
  readonly bulkId: string | null;
  readonly sendAt: string | null;
  readonly expiresAt: string | null;
}

export interface Inserted {
  readonly id: string;
  readonly seq: string | null;
  readonly createdAt: Date;
}

/*
 * Rows, deliveries and places in the inbox in one round trip. The counters are raised in the order of the people:
 * two statements that meet do not wait in a circle. Who is told of several things gets as many places, by id.
 */
const INSERT = `
  WITH n AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS n(id uuid, reference text, "userId" text, published boolean,
      type text, category text, title text, message text, "actionUrl" text, locale text, "templateVersionId" uuid,
      "orderId" text, "orderNumber" text, "paymentId" text, metadata jsonb, "dedupeKey" text, "bulkId" uuid,
      "sendAt" timestamptz, "expiresAt" timestamptz)),
  place AS (
    INSERT INTO inbox_counters (user_id, last_seq)
    SELECT "userId", count(*) FROM n WHERE published GROUP BY "userId" ORDER BY "userId"
    ON CONFLICT (user_id) DO UPDATE SET last_seq = inbox_counters.last_seq + excluded.last_seq
    RETURNING user_id, last_seq),
  line AS (
    SELECT n.id, place.last_seq - row_number() OVER (PARTITION BY n."userId" ORDER BY n.id DESC) + 1 AS seq
      FROM n JOIN place ON place.user_id = n."userId" WHERE n.published),
  told AS (
    INSERT INTO notifications (id, reference, user_id, seq, type, category, title, message, action_url, locale,
      template_version_id, order_id, order_number, payment_id, metadata, dedupe_key, bulk_id, send_at, expires_at)
    SELECT n.id, n.reference, n."userId", line.seq, n.type, n.category, n.title, n.message, n."actionUrl",
      n.locale, n."templateVersionId", n."orderId", n."orderNumber", n."paymentId", n.metadata, n."dedupeKey",
      n."bulkId", n."sendAt", n."expiresAt"
      FROM n LEFT JOIN line ON line.id = n.id
    RETURNING id, seq, created_at),
  opened AS (${openingOf('$2')})
  SELECT id, seq, created_at AS "createdAt" FROM told`;

/** A draft that is written, and what the database gave it. */
export interface Written {
  readonly draft: Draft;
  readonly inserted: Inserted;
}

/** Writes drafts, rows and deliveries together, and tells of them when they are committed. */
@Injectable()
export class NotificationWriter {
  constructor(private readonly events: EventEmitter2) {}

  /** All of them or none; in the caller's transaction, or in one of their own. */
  async write(on: Pick<EntityManager, 'query'>, drafts: readonly Draft[]): Promise<Written[]> {
    const rows = [
      drafts.map(({ notification }) => notification),
      drafts.flatMap(({ deliveries }) => deliveries),
    ].map((part) => JSON.stringify(part));
    const found = rowsOf<Inserted>(await on.query<unknown>(INSERT, rows));
    const byId = new Map(found.map((row) => [row.id, row]));
    return drafts.map((draft) => {
      const inserted = byId.get(draft.notification.id);
      if (!inserted) throw new Error('A notification was not inserted.');
      return { draft, inserted };
    });
  }

  async writeOne(tx: EntityManager, draft: Draft): Promise<Written> {
    const [written] = await this.write(tx, [draft]);
    return written as Written;
  }

  /** To be called after the commit. */
  announce({ draft, inserted }: Written): void {
    const { id, userId } = draft.notification;
    const event = new NotificationCreated(id, userId, inserted.seq, nudgesOf(draft));
    this.events.emit(NotificationCreated.name, event);
  }
}

/** The deliveries of a draft as the event names them. */
const nudgesOf = ({ deliveries }: Draft): CreatedDelivery[] =>
  deliveries.map(({ id, channel, priority, status, dueAt, holdReason, bulkId }) => ({
    id,
    channel,
    attempt: 0,
    priority,
    due: status === 'pending' && dueAt === null && holdReason === null && bulkId === null,
  }));
