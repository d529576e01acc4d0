import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { DataSource } from 'typeorm';
import { announce, type Changed, CHANGED } from './announce.js';
import { conditionsOf } from './conditions.js';
import type { DeliveryFilter } from './delivery.dto.js';
import type { Intervention } from './intervention.entity.js';
import { rowsOf } from './rows.js';
import { leaving } from './status.js';

/** A delivery that has failed, as far as the question needs it whether it may be tried again. */
export interface DeadLetter {
  readonly id: string;
  readonly notificationId: string;
  readonly userId: string;
  readonly type: string;
  readonly channel: string;
  /** Empty where it was erased with the words. */
  readonly address: string;
  readonly provider: string | null;
  readonly reason: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly attempt: number;
  readonly createdAt: Date;
  /** Past its time, by the database's clock. */
  readonly expired: boolean;
  /** Its words are not there any more. */
  readonly erased: boolean;
}

const DEAD_LETTER = `
  d.id, d.notification_id AS "notificationId", d.user_id AS "userId", d.type, d.channel,
  coalesce(d.address, '') AS address, d.provider, d.reason,
  d.error_code AS "errorCode", d.error_message AS "errorMessage", d.attempt, d.created_at AS "createdAt",
  coalesce(d.expires_at <= now(), FALSE) AS expired, d.erased_at IS NOT NULL AS erased`;

const FAILED = `d.status = ${leaving('failed', 'pending')}`;

/* Who asked is written in the same statement. `held` locks in the order of ids and remembers what was. */
const changing = (action: Intervention['action'], held: string, set: string) => `
  WITH held AS MATERIALIZED (
    SELECT d.id, d.attempt, coalesce(d.reason, d.hold_reason) AS reason, d.error_code FROM deliveries d
     WHERE ${held} ORDER BY d.id FOR NO KEY UPDATE),
  changed AS (
    UPDATE deliveries d SET ${set}, updated_at = now() FROM held WHERE d.id = held.id
    RETURNING ${CHANGED}),
  noted AS (
    INSERT INTO interventions (delivery_id, action, actor, forced, attempt, reason, error_code)
    SELECT id, '${action}', $2, $3::boolean, attempt, reason, error_code FROM held)
  SELECT * FROM changed`;

const REPLAY = changing(
  'retry',
  `d.id = ANY($1::uuid[]) AND ${FAILED} AND d.erased_at IS NULL
   AND (d.expires_at IS NULL OR d.expires_at > now())`,
  `status = 'pending', reason = NULL, fault = NULL, hold_reason = 'retry', attempts_before = d.attempt,
   next_attempt_at = now(), hinted_at = NULL, sent_at = NULL`,
);

const cancelling = (whose: string) =>
  changing(
    'cancel',
    `${whose} AND d.status = ${leaving('pending', 'cancelled')}`,
    `status = 'cancelled', reason = 'cancelled', hold_reason = NULL`,
  );
const CANCEL = cancelling('d.notification_id = $1');
const CANCEL_BULK = cancelling('d.bulk_id = $1');

/** What people and programs ask of deliveries, and who asked: one more try, or none at all. */
@Injectable()
export class Interventions {
  constructor(
    private readonly database: DataSource,
    private readonly events: EventEmitter2,
  ) {}

  /** What has failed, oldest first, after the delivery `after`. */
  async failed(filter: DeliveryFilter, after: string | null, limit: number): Promise<DeadLetter[]> {
    const values: unknown[] = [after, limit];
    const where = conditionsOf(filter, values);
    return rowsOf<DeadLetter>(
      await this.database.query(
        `SELECT ${DEAD_LETTER} FROM deliveries d
          WHERE ${FAILED} AND ($1::uuid IS NULL OR d.id > $1) AND ${where} ORDER BY d.id LIMIT $2`,
        values,
      ),
    );
  }

  /** How many have failed after the delivery `after`, counted no further than `most`. */
  async countFailed(filter: DeliveryFilter, after: string | null, most: number): Promise<number> {
    const values: unknown[] = [after, most];
    const where = conditionsOf(filter, values);
    const [row] = rowsOf<{ count: number }>(
      await this.database.query(
        `SELECT count(*)::int AS count FROM (SELECT FROM deliveries d
          WHERE ${FAILED} AND ($1::uuid IS NULL OR d.id > $1) AND ${where} LIMIT $2) AS failed`,
        values,
      ),
    );
    return row?.count ?? 0;
  }

  /** One delivery, if it has failed. */
  async findFailed(id: string): Promise<DeadLetter | undefined> {
    const answer: unknown = await this.database.query(
      `SELECT ${DEAD_LETTER} FROM deliveries d WHERE d.id = $1 AND ${FAILED}`,
      [id],
    );
    return rowsOf<DeadLetter>(answer)[0];
  }

  /** Makes failed deliveries due again, at once. Returns the ids of those that had failed and are in time. */
  replay(ids: readonly string[], actor: string, forced: boolean): Promise<string[]> {
    return this.change(REPLAY, [ids, actor, forced]);
  }

  /** Stops what has not begun. Returns the ids that were still pending. */
  cancel(notificationId: string, actor: string): Promise<string[]> {
    return this.change(CANCEL, [notificationId, actor, false]);
  }

  /** The same for what is left of a bulk send. */
  cancelBulk(bulkId: string, actor: string): Promise<string[]> {
    return this.change(CANCEL_BULK, [bulkId, actor, false]);
  }

  private async change(sql: string, values: unknown[]): Promise<string[]> {
    const rows = rowsOf<Changed>(await this.database.query(sql, values));
    announce(this.events, rows);
    return rows.map(({ id }) => id);
  }
}
