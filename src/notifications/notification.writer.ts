import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { rowsOf } from '../deliveries/rows.js';

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

/* The counters are raised in the order of the people: two bulks that meet do not wait in a circle. */
const INSERT = `
  WITH n AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS n(id uuid, reference text, "userId" text, published boolean,
      type text, category text, title text, message text, "actionUrl" text, locale text, "templateVersionId" uuid,
      "orderId" text, "orderNumber" text, "paymentId" text, metadata jsonb, "dedupeKey" text, "bulkId" uuid,
      "sendAt" timestamptz, "expiresAt" timestamptz)),
  place AS (
    INSERT INTO inbox_counters (user_id, last_seq) SELECT "userId", 1 FROM n WHERE published ORDER BY "userId"
    ON CONFLICT (user_id) DO UPDATE SET last_seq = inbox_counters.last_seq + 1
    RETURNING user_id, last_seq)
  INSERT INTO notifications (id, reference, user_id, seq, type, category, title, message, action_url, locale,
    template_version_id, order_id, order_number, payment_id, metadata, dedupe_key, bulk_id, send_at, expires_at)
  SELECT n.id, n.reference, n."userId", place.last_seq, n.type, n.category, n.title, n.message, n."actionUrl",
    n.locale, n."templateVersionId", n."orderId", n."orderNumber", n."paymentId", n.metadata, n."dedupeKey",
    n."bulkId", n."sendAt", n."expiresAt"
    FROM n LEFT JOIN place ON place.user_id = n."userId"
  RETURNING id, seq, created_at AS "createdAt"`;

/** Inserts notifications, at most one a person in one call, each with its place in the inbox. */
@Injectable()
export class NotificationWriter {
  async insert(tx: EntityManager, rows: readonly NewNotification[]): Promise<Map<string, Inserted>> {
    const inserted = rowsOf<Inserted>(await tx.query<unknown>(INSERT, [JSON.stringify(rows)]));
    return new Map(inserted.map((row) => [row.id, row]));
  }
}
