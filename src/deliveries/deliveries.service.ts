import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Delivery, type Rule } from './delivery.entity.js';
import { DeliveryAttempt } from './delivery-attempt.entity.js';
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
  INSERT INTO deliveries (id, notification_id, user_id, type, category, channel, address, content, status, reason,
    fault, hold_reason, rules, priority, guarantee, optional, next_attempt_at, expires_at, segments, encoding,
    hinted_at, sent_at, delivered_at)
  SELECT r.id, r."notificationId", r."userId", r.type, r.category, r.channel, r.address, r.content, r.status, r.reason,
    r.fault, r."holdReason", r.rules, r.priority, r.guarantee, r.optional, coalesce(r."dueAt", now()), r."expiresAt",
    r.segments, r.encoding, CASE WHEN r.hinted THEN now() END,
    CASE WHEN r.status = 'delivered' THEN now() END, CASE WHEN r.status = 'delivered' THEN now() END
  FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, "notificationId" uuid, "userId" text, type text, category text,
    channel text, address text, content jsonb, status text, reason text, fault text, "holdReason" text, rules jsonb,
    priority smallint, guarantee text, optional boolean, "dueAt" timestamptz, "expiresAt" timestamptz,
    segments smallint, encoding text, hinted boolean)`;

/** What a list of deliveries may be narrowed to. */
export interface DeliveryFilter {
  readonly status?: string;
  readonly channel?: string;
  readonly type?: string;
  readonly user?: string;
  readonly reason?: string;
}

/** The ledger: opens rows and reads them. `Leases` and `ProviderReports` move them; nobody else writes. */
@Injectable()
export class DeliveriesService {
  constructor(private readonly database: DataSource) {}

  /** Writes the plan of one or many notifications, in their transaction. */
  async open(tx: EntityManager, rows: readonly NewDelivery[]): Promise<void> {
    if (rows.length > 0) await tx.query(OPEN, [JSON.stringify(rows)]);
  }

  find(id: string): Promise<Delivery | null> {
    return this.database.manager.findOneBy(Delivery, { id });
  }

  /** All deliveries of some notifications, oldest first. */
  of(notificationIds: readonly string[]): Promise<Delivery[]> {
    return this.database.manager
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

  /** Newest first; `after` is the id of the last row of the page before. */
  list(filter: DeliveryFilter, after: string | undefined, limit: number): Promise<Delivery[]> {
    const query = this.database.manager
      .createQueryBuilder(Delivery, 'd')
      .orderBy('d.id', 'DESC')
      .limit(limit);
    if (after) query.andWhere('d.id < :after', { after });
    if (filter.status) query.andWhere('d.status = :status', { status: filter.status });
    if (filter.channel) query.andWhere('d.channel = :channel', { channel: filter.channel });
    if (filter.type) query.andWhere('d.type = :type', { type: filter.type });
    if (filter.user) query.andWhere('d.user_id = :user', { user: filter.user });
    if (filter.reason) query.andWhere('d.reason = :reason', { reason: filter.reason });
    return query.getMany();
  }

  /** Stops what has not begun. Returns the ids that were still pending. */
  async cancel(notificationId: string): Promise<string[]> {
    const cancelled = await this.database.query(
      `UPDATE deliveries SET status = 'cancelled', reason = 'cancelled', hold_reason = NULL, updated_at = now()
        WHERE notification_id = $1 AND status = 'pending' RETURNING id`,
      [notificationId],
    );
    return rowsOf<{ id: string }>(cancelled).map(({ id }) => id);
  }
}
