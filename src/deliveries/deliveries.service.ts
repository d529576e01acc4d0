import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { DataSource, type EntityManager, In } from 'typeorm';
import { type Page, Seek } from '../http/page.js';
import { announce, type Changed, CHANGED } from './announce.js';
import type { DeliveriesQuery } from './delivery.dto.js';
import { type DeliveryView, deliveryView } from './delivery.view.js';
import { Delivery, type Rule } from './delivery.entity.js';
import { DeliveryAttempt } from './delivery-attempt.entity.js';
import { ProviderEvent } from './provider-event.entity.js';
import { rowsOf } from './rows.js';
import { type Fault, type Guarantee, type HoldReason, leaving, type Status } from './status.js';

/** A row as the plan writes it. */
export interface NewDelivery {
  readonly id: string;
  readonly notificationId: string;
  readonly userId: string;
  readonly type: string;
  readonly category: string;
  readonly channel: string;
  readonly address: string;
  readonly content: Readonly<Record<string, string>>;
  readonly bulkId: string | null;
  readonly status: Extract<Status, 'pending' | 'delivered' | 'skipped'>;
  readonly reason: string | null;
  readonly fault: Fault | null;
  readonly holdReason: HoldReason | null;
  readonly rules: readonly Rule[];
  readonly priority: number;
  readonly guarantee: Guarantee;
  readonly optional: boolean;
  /** ISO 8601; null means now, by the database's clock. */
  readonly dueAt: string | null;
  readonly expiresAt: string | null;
  readonly segments: number | null;
  readonly encoding: string | null;
  /** True when the event's listener will take it up, so that the sweep leaves it alone at first. */
  readonly hinted: boolean;
}

const OPEN = `
  INSERT INTO deliveries (id, notification_id, user_id, type, category, channel, address, content, bulk_id,
    status, reason, fault, hold_reason, rules, priority, guarantee, optional, next_attempt_at, expires_at, segments, encoding,
    hinted_at, sent_at, delivered_at)
  SELECT r.id, r."notificationId", r."userId", r.type, r.category, r.channel, r.address, r.content, r."bulkId",
    r.status, r.reason, r.fault, r."holdReason", r.rules, r.priority, r.guarantee, r.optional, coalesce(r."dueAt", now()), r."expiresAt",
    r.segments, r.encoding, CASE WHEN r.hinted THEN now() END,
    CASE WHEN r.status = 'delivered' THEN now() END, CASE WHEN r.status = 'delivered' THEN now() END
  FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, "notificationId" uuid, "userId" text, type text, category text,
    channel text, address text, content jsonb, "bulkId" uuid, status text, reason text, fault text, "holdReason" text, rules jsonb,
    priority smallint, guarantee text, optional boolean, "dueAt" timestamptz, "expiresAt" timestamptz,
    segments smallint, encoding text, hinted boolean)`;

const cancel = (which: string) => `
  UPDATE deliveries d SET status = 'cancelled', reason = 'cancelled', hold_reason = NULL, updated_at = now()
   WHERE ${which} = $1 AND status = ${leaving('pending', 'cancelled')}
  RETURNING ${CHANGED}`;
const CANCEL = cancel('notification_id');
const CANCEL_BULK = cancel('bulk_id');

/** What a list of deliveries may be narrowed to, and the column of each. */
const COLUMN = {
  status: 'status',
  channel: 'channel',
  type: 'type',
  user: 'user_id',
  reason: 'reason',
} as const;
const FILTERS = Object.keys(COLUMN) as (keyof typeof COLUMN)[];

/** The ledger: opens rows and reads them. `Leases` and `ProviderReports` move them; nobody else writes. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly database: DataSource,
    private readonly events: EventEmitter2,
  ) {}

  /** Writes the plan of one or many notifications, in their transaction. */
  async open(tx: EntityManager, rows: readonly NewDelivery[]): Promise<void> {
    if (rows.length > 0) await tx.query(OPEN, [JSON.stringify(rows)]);
  }

  find(id: string): Promise<Delivery | null> {
    return this.database.manager.findOneBy(Delivery, { id });
  }

  /** All deliveries of some notifications, oldest first. */
  of(notificationIds: readonly string[], on: EntityManager = this.database.manager): Promise<Delivery[]> {
    return on
      .createQueryBuilder(Delivery, 'd')
      .where('d.notification_id = ANY(:ids)', { ids: notificationIds })
      .orderBy('d.id')
      .getMany();
  }

  attemptsOf(deliveryIds: readonly string[]): Promise<DeliveryAttempt[]> {
    return this.database.manager
      .createQueryBuilder(DeliveryAttempt, 'a')
      .where('a.delivery_id = ANY(:ids)', { ids: deliveryIds })
      .orderBy('a.started_at')
      .getMany();
  }

  eventsOf(deliveryIds: readonly string[]): Promise<ProviderEvent[]> {
    return this.database.manager
      .createQueryBuilder(ProviderEvent, 'e')
      .where('e.delivery_id = ANY(:ids)', { ids: deliveryIds })
      .orderBy('e.id')
      .getMany();
  }

  /** Newest first. */
  async page(query: DeliveriesQuery, url: string): Promise<Page<DeliveryView>> {
    const seek = new Seek(query, [{ sql: 'd.id', type: 'uuid' }], 'DESC');
    const filters = FILTERS.flatMap((name) =>
      query[name] === undefined ? [] : [[name, query[name]] as const],
    );
    const where = filters.map(([name], index) => `d.${COLUMN[name]} = $${index + 1}`).join(' AND ') || 'TRUE';
    const values = filters.map(([, value]) => value);
    const found = await this.database.query<{ id: string }[]>(
      `SELECT d.id FROM deliveries d WHERE ${where} AND ${seek.where(values.length + 1)} ${seek.tail}`,
      [...values, ...seek.values],
    );
    const rows = await this.database.manager.findBy(Delivery, { id: In(found.map(({ id }) => id)) });
    const byId = new Map(rows.map((row) => [row.id, row]));
    const ordered = found.flatMap(({ id }) => byId.get(id) ?? []);
    const count = seek.counted ? await this.count(where, values) : undefined;
    const page = seek.page(url, ordered, (row) => [row.id], count);
    return { ...page, results: page.results.map((row) => deliveryView(row)) };
  }

  private async count(where: string, values: readonly unknown[]): Promise<number> {
    const [row] = await this.database.query<{ count: number }[]>(
      `SELECT count(*)::int AS count FROM deliveries d WHERE ${where}`,
      [...values],
    );
    return row?.count ?? 0;
  }

  /** How far a bulk send has come: its deliveries by channel and status. */
  async progressOf(bulkId: string): Promise<{ channel: string; status: string; count: number }[]> {
    return rowsOf(
      await this.database.query(
        `SELECT channel, status, count(*)::int AS count FROM deliveries WHERE bulk_id = $1
          GROUP BY channel, status ORDER BY channel, status`,
        [bulkId],
      ),
    );
  }

  /** Stops what is left of a bulk send. Returns how many were still pending. */
  async cancelBulk(bulkId: string): Promise<number> {
    return (await this.cancelAll(CANCEL_BULK, bulkId)).length;
  }

  /** Stops what has not begun. Returns the ids that were still pending. */
  async cancel(notificationId: string): Promise<string[]> {
    return (await this.cancelAll(CANCEL, notificationId)).map(({ id }) => id);
  }

  private async cancelAll(statement: string, id: string): Promise<Changed[]> {
    const rows = rowsOf<Changed>(await this.database.query(statement, [id]));
    announce(this.events, rows);
    return rows;
  }
}
