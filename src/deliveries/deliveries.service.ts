import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, type EntityTarget, In, type ObjectLiteral } from 'typeorm';
import { Snapshot } from '../database/snapshot.js';
import { type Page, Seek } from '../http/page.js';
import { conditionsOf } from './conditions.js';
import type { DeliveriesQuery } from './delivery.dto.js';
import { type DeliveryView, deliveryView } from './delivery.view.js';
import { Delivery, type Rule } from './delivery.entity.js';
import { DeliveryAttempt } from './delivery-attempt.entity.js';
import type { Traces } from './traces.js';
import { Explanations } from './explanations.js';
import { Intervention } from './intervention.entity.js';
import { ProviderEvent } from './provider-event.entity.js';
import { rowsOf } from './rows.js';
import type { Fault, Guarantee, HoldReason, Status } from './status.js';

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
  /** What it waits for, where it is a later step of a chain. */
  readonly follows?: string;
  readonly followIf?: 'failed' | 'undelivered' | 'unread';
  /** Seconds after the one before it has gone. */
  readonly followAfter?: number | null;
  /** ISO 8601: when it is first looked at. */
  readonly lookAt?: string;
  /** Whether others wait for it. */
  readonly followed?: boolean;
  readonly segments: number | null;
  readonly encoding: string | null;
  /** ISO 3166. */
  readonly country: string | null;
  /** Exact decimal as text, in `estimatedUnit`. */
  readonly estimatedPrice: string | null;
  /** ISO 4217. */
  readonly estimatedUnit: string | null;
  /** True when the event's listener will take it up, so that the sweep leaves it alone at first. */
  readonly hinted: boolean;
}

/**
 * The statement's part that opens rows, for whoever writes their notifications in the same round trip.
 * @param rows the parameter that holds them, as `$2`: a JSON array of `NewDelivery`
 */
export const openingOf = (rows: `$${number}`): string => `
  INSERT INTO deliveries (id, notification_id, user_id, type, category, channel, address, content, bulk_id,
    status, reason, fault, hold_reason, rules, priority, guarantee, optional, next_attempt_at, expires_at, segments, encoding,
    country, estimated_price, estimated_unit, hinted_at, sent_at, delivered_at, follows, follow_if, follow_after, look_at,
    followed)
  SELECT r.id, r."notificationId", r."userId", r.type, r.category, r.channel, r.address, r.content, r."bulkId",
    r.status, r.reason, r.fault, r."holdReason", r.rules, r.priority, r.guarantee, r.optional, coalesce(r."dueAt", now()), r."expiresAt",
    r.segments, r.encoding, r.country, r."estimatedPrice", r."estimatedUnit", CASE WHEN r.hinted THEN now() END,
    CASE WHEN r.status = 'delivered' THEN now() END, CASE WHEN r.status = 'delivered' THEN now() END,
    r.follows, r."followIf", r."followAfter", r."lookAt", coalesce(r.followed, FALSE)
  FROM jsonb_to_recordset(${rows}::jsonb) AS r(id uuid, "notificationId" uuid, "userId" text, type text, category text,
    channel text, address text, content jsonb, "bulkId" uuid, status text, reason text, fault text, "holdReason" text, rules jsonb,
    priority smallint, guarantee text, optional boolean, "dueAt" timestamptz, "expiresAt" timestamptz,
    segments smallint, encoding text, country text, "estimatedPrice" numeric, "estimatedUnit" text, hinted boolean,
    follows text, "followIf" text, "followAfter" integer, "lookAt" timestamptz, followed boolean)`;

/** The ledger, read. `openingOf` opens rows; `Leases`, `ProviderReports`, `Unknowns` and `Interventions` move them. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly database: DataSource,
    private readonly snapshot: Snapshot,
    private readonly explanations: Explanations,
  ) {}

  find(id: string, on: EntityManager = this.database.manager): Promise<Delivery | null> {
    return on.findOneBy(Delivery, { id });
  }

  /** One delivery with everything that was written down about it, as of one moment. */
  whole(id: string): Promise<DeliveryView | null> {
    return this.snapshot.read(async (on) => {
      const row = await this.find(id, on);
      return row && this.shown(row, await this.tracesOf([id], on));
    });
  }

  /** All deliveries of some notifications, oldest first. */
  of(notificationIds: readonly string[], on: EntityManager = this.database.manager): Promise<Delivery[]> {
    return on
      .createQueryBuilder(Delivery, 'd')
      .where('d.notification_id = ANY(:ids)', { ids: notificationIds })
      .orderBy('d.id')
      .getMany();
  }

  /** All addresses at which a person was to be reached, also those that they have left. */
  async waysTo(userId: string, on: EntityManager): Promise<{ channel: string; address: string }[]> {
    return rowsOf(
      await on.query(
        'SELECT DISTINCT channel, address FROM deliveries WHERE user_id = $1 AND address IS NOT NULL',
        [userId],
      ),
    );
  }

  /** What was tried, reported and asked for, of some deliveries: to be read in one snapshot with their rows. */
  async tracesOf(deliveryIds: readonly string[], on: EntityManager): Promise<Traces> {
    const about = <T extends ObjectLiteral>(entity: EntityTarget<T>, order: string) =>
      on
        .createQueryBuilder(entity, 'e')
        .where('e.delivery_id = ANY(:ids)', { ids: deliveryIds })
        .orderBy(`e.${order}`)
        .getMany();
    return {
      attempts: await about(DeliveryAttempt, 'startedAt'),
      events: await about(ProviderEvent, 'id'),
      interventions: await about(Intervention, 'id'),
    };
  }

  /** Newest first. */
  async page(query: DeliveriesQuery, url: string): Promise<Page<DeliveryView>> {
    const seek = new Seek(query, [{ sql: 'd.id', type: 'uuid' }], 'DESC');
    const values: unknown[] = [];
    const where = conditionsOf(query, values);
    const found = await this.database.query<{ id: string }[]>(
      `SELECT d.id FROM deliveries d WHERE ${where} AND ${seek.where(values.length + 1)} ${seek.tail}`,
      [...values, ...seek.values],
    );
    const rows = await this.database.manager.findBy(Delivery, { id: In(found.map(({ id }) => id)) });
    const byId = new Map(rows.map((row) => [row.id, row]));
    const ordered = found.flatMap(({ id }) => byId.get(id) ?? []);
    const count = seek.counted ? await this.count(where, values) : undefined;
    const page = seek.page(url, ordered, (row) => [row.id], count);
    return { ...page, results: page.results.map((row) => this.shown(row)) };
  }

  /** As the API shows it, its error explained; with its traces where they are given. */
  shown(row: Delivery, traces?: Traces): DeliveryView {
    return deliveryView(row, this.explanations.of(row), traces);
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

  /** What a bulk send is expected to cost, by currency: an exact decimal as text. */
  async estimateOf(bulkId: string): Promise<{ currency: string; price: string }[]> {
    return rowsOf(
      await this.database.query(
        `SELECT estimated_unit AS currency, sum(estimated_price)::text AS price FROM deliveries
          WHERE bulk_id = $1 AND status <> 'skipped' AND estimated_price IS NOT NULL GROUP BY 1 ORDER BY 1`,
        [bulkId],
      ),
    );
  }
}
