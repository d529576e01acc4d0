import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { DataSource } from 'typeorm';
import { type Reserved, Spending } from '../costs/spending.js';
import { Writes } from '../database/pipeline.js';
import { announce, type Changed } from './announce.js';
import { Batch } from './batch.js';
import { Claims } from './claims.js';
import type { Rule } from './delivery.entity.js';
import { rowsOf } from './rows.js';
import { type Fault, type Guarantee, type HoldReason, leaving, type Status } from './status.js';

/** A delivery in the hands of one worker: everything it needs to send, and the proof that it may. */
export interface Claimed {
  readonly id: string;
  readonly notificationId: string;
  readonly userId: string;
  readonly type: string;
  readonly category: string;
  readonly channel: string;
  readonly address: string;
  readonly content: Readonly<Record<string, string>>;
  readonly attempt: number;
  /** The same, counted since the last replay. */
  readonly tries: number;
  readonly guarantee: Guarantee;
  readonly optional: boolean;
  readonly expiresAt: Date | null;
  /** Since when it has been due. */
  readonly dueAt: Date;
  readonly leaseToken: string;
  /** Who is to carry it, as the claim says; null where the claim named nobody. */
  readonly provider: string | null;
  /** Who was asked last and did not take it; null at the first try. */
  readonly refusedBy: string | null;
  /** The channel before it in its chain; null where it is no later step of one. */
  readonly follows: string | null;
}

/** How a worker gives a row back. */
export interface Outcome {
  readonly id: string;
  readonly attempt: number;
  readonly leaseToken: string;
  readonly status: Extract<Status, 'sent' | 'delivered' | 'failed' | 'pending' | 'skipped' | 'unknown'>;
  readonly reason?: string | null;
  readonly fault?: Fault | null;
  readonly holdReason?: HoldReason | null;
  /** Added to those of the plan. */
  readonly rule?: Rule;
  /** Seconds until it is due again, for `pending`. */
  readonly delay?: number;
  /** False when the provider was not called: the attempt does not count. */
  readonly counts?: boolean;
  readonly provider?: string | null;
  readonly providerId?: string | null;
  readonly providerStatus?: string | null;
  readonly providerRank?: number;
  readonly errorCode?: string | null;
  readonly errorMessage?: string | null;
  readonly segments?: number | null;
  readonly encoding?: string | null;
}

/** A row as it was settled: what was reserved for it is to be given back where `reservedAt` is there. */
type Settled = Changed & Reserved;

/** Outcomes after which the provider, where it has not said otherwise, has nothing and charges nothing. */
const FREEING: readonly Outcome['status'][] = ['failed', 'pending', 'skipped'];
const frees = ({ status }: Outcome) => FREEING.includes(status);

/* The attempt itself learns it with its outcome. */
const REASSIGN = `
  UPDATE deliveries SET provider = $4 WHERE id = $1 AND attempt = $2 AND lease_token = $3 AND status = 'sending'
  RETURNING id`;

/* What a callback has said of a row in a worker's hands; a `hold_reason` there means that it wants another try. */
const heardOr = (otherwise: string) => `
  CASE WHEN d.provider_rank >= 6 THEN 'delivered'
       WHEN d.provider_rank = 5 THEN CASE WHEN d.hold_reason IS NULL THEN 'failed' ELSE 'pending' END
       WHEN d.provider_rank > 0 THEN 'sent'
       ELSE ${otherwise} END`;

/*
 * $2 is how many rows $1 holds: without it the planner counts on a hundred, and reads whole tables while they are small.
 * The provider's callback may have come first: then its word (provider_rank) decides between sent, delivered
 * and failed, and the worker only adds what it learnt. A worker that outlived its lease is still believed while
 * the outcome of its own attempt is unknown.
 */
const SETTLE = `
  WITH r AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, attempt smallint, "leaseToken" uuid, status text,
      reason text, fault text, "holdReason" text, rule jsonb, delay float8, counts boolean, provider text, "providerId" text,
      "providerStatus" text, "providerRank" smallint, "errorCode" text, "errorMessage" text, segments smallint,
      encoding text) LIMIT $2),
  held AS MATERIALIZED (
    SELECT d.id, d.reserved_at FROM deliveries d JOIN r ON r.id = d.id AND r.attempt = d.attempt
     WHERE d.status = ${leaving('sending', 'sent', 'delivered', 'failed', 'pending', 'skipped', 'unknown')}
           AND d.lease_token = r."leaseToken"
        OR d.status = ${leaving('unknown', 'sent', 'delivered', 'failed')} AND r.status IN ('sent', 'delivered', 'failed')
           AND EXISTS (SELECT FROM delivery_attempts a WHERE a.delivery_id = r.id AND a.attempt = r.attempt
                          AND a.lease_token = r."leaseToken")
     ORDER BY d.id FOR NO KEY UPDATE OF d),
  settled AS (
    UPDATE deliveries d
       SET status = CASE WHEN r.status IN ('sent', 'unknown') OR d.provider_rank >= 6 THEN ${heardOr('r.status')}
                         ELSE r.status END,
           reason = CASE WHEN d.provider_rank >= 5 THEN d.reason ELSE r.reason END,
           fault = CASE WHEN d.provider_rank >= 5 THEN d.fault ELSE r.fault END,
           hold_reason = CASE WHEN r.status IN ('sent', 'unknown') THEN d.hold_reason ELSE r."holdReason" END,
           rules = CASE WHEN r.rule IS NULL THEN d.rules ELSE d.rules || r.rule END,
           attempt = CASE WHEN r.counts IS FALSE THEN d.attempt - 1 ELSE d.attempt END,
           next_attempt_at = CASE WHEN r.status = 'pending' THEN now() + make_interval(secs => coalesce(r.delay, 0))
                                  ELSE d.next_attempt_at END,
           hinted_at = CASE WHEN r.status = 'pending' THEN NULL ELSE d.hinted_at END,
           lease_token = NULL, lease_until = NULL,
           reserved_at = CASE WHEN r.status IN (${FREEING.map((status) => `'${status}'`).join(', ')}) AND d.provider_rank = 0 THEN NULL ELSE d.reserved_at END,
           provider = coalesce(r.provider, CASE WHEN r.counts IS FALSE THEN NULL ELSE d.provider END),
           provider_id = coalesce(r."providerId", d.provider_id),
           provider_status = CASE WHEN d.provider_rank >= coalesce(r."providerRank", 0) THEN d.provider_status
                                  ELSE r."providerStatus" END,
           provider_rank = greatest(d.provider_rank, coalesce(r."providerRank", 0)),
           error_code = CASE WHEN d.provider_rank >= 5 THEN d.error_code ELSE r."errorCode" END,
           error_message = CASE WHEN d.provider_rank >= 5 THEN d.error_message ELSE r."errorMessage" END,
           segments = coalesce(r.segments, d.segments), encoding = coalesce(r.encoding, d.encoding),
           sent_at = CASE WHEN r.status IN ('sent', 'delivered') OR d.provider_rank > 0
                          THEN coalesce(d.sent_at, now()) ELSE d.sent_at END,
           delivered_at = CASE WHEN r.status = 'delivered' OR d.provider_rank >= 6
                               THEN coalesce(d.delivered_at, now()) ELSE d.delivered_at END,
           updated_at = now()
      FROM r, held WHERE d.id = held.id AND r.id = d.id
    RETURNING d.id, d.notification_id, d.user_id, d.channel, d.status, d.followed, d.category, d.address,
              d.estimated_price, d.estimated_unit,
              CASE WHEN d.reserved_at IS NULL THEN held.reserved_at END AS freed_since),
  noted AS (
    UPDATE delivery_attempts a
       SET provider = r.provider, provider_id = r."providerId", outcome = r.status, error_code = r."errorCode",
           error_message = r."errorMessage", finished_at = now()
      FROM r, settled WHERE settled.id = r.id AND a.delivery_id = r.id AND a.attempt = r.attempt
       AND a.lease_token = r."leaseToken")
  SELECT id, notification_id AS "notificationId", user_id AS "userId", channel, status, followed, category, address,
         estimated_price AS "estimatedPrice", estimated_unit AS "estimatedUnit", freed_since AS "reservedAt"
    FROM settled`;

/* A lease is over by the database's clock: what the provider was told is unknown, unless it has spoken. */
const REAP = `
  WITH over AS MATERIALIZED (
    SELECT id FROM deliveries
     WHERE status = ${leaving('sending', 'unknown', 'sent', 'delivered', 'failed', 'pending')} AND lease_until < now()
     ORDER BY lease_until LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED),
  reaped AS (
    UPDATE deliveries d
       SET status = ${heardOr("'unknown'")},
           sent_at = CASE WHEN provider_rank > 0 THEN coalesce(sent_at, now()) ELSE sent_at END,
           delivered_at = CASE WHEN provider_rank >= 6 THEN coalesce(delivered_at, now()) ELSE delivered_at END,
           lease_token = NULL, lease_until = NULL, updated_at = now()
      FROM over WHERE d.id = over.id
    RETURNING d.id, d.notification_id, d.user_id, d.channel, d.status, d.followed, d.attempt, d.provider),
  noted AS (
    UPDATE delivery_attempts a SET outcome = 'lease_over', provider = reaped.provider, finished_at = now()
      FROM reaped WHERE a.delivery_id = reaped.id AND a.attempt = reaped.attempt AND a.finished_at IS NULL)
  SELECT id, notification_id AS "notificationId", user_id AS "userId", channel, status, followed FROM reaped`;

/** Claims rows for sending and takes them back with their outcome, many in one round trip. */
@Injectable()
export class Leases {
  private readonly outcomes = new Batch<Outcome, boolean>((outcomes) => this.settleAll(outcomes));

  constructor(
    private readonly database: DataSource,
    private readonly writes: Writes,
    private readonly events: EventEmitter2,
    private readonly claims: Claims,
    private readonly spending: Spending,
  ) {}

  /**
   * The row, leased to the caller for this provider; null when it is not to be sent now (a stale hint, or a limit is
   * reached).
   * @param metered whether the limits hold for it
   */
  claim(id: string, provider: string | null = null, metered = false): Promise<Claimed | null> {
    return this.claims.take({ id, provider }, metered);
  }

  /** Another provider than the claim named is to carry it. False when the lease was lost meanwhile. */
  async reassign(
    { id, attempt, leaseToken }: Pick<Claimed, 'id' | 'attempt' | 'leaseToken'>,
    provider: string,
  ): Promise<boolean> {
    const values = [id, attempt, leaseToken, provider];
    return rowsOf(await this.database.query(REASSIGN, values)).length > 0;
  }

  /** Gives a row back. False when the lease was lost meanwhile: then the caller's word no longer counts. */
  settle(outcome: Outcome): Promise<boolean> {
    return this.outcomes.add(outcome);
  }

  /** Takes back the rows of workers that died or stalled. Returns how many. */
  async reap(): Promise<number> {
    const rows = rowsOf<Changed>(await this.database.query(REAP));
    announce(this.events, rows);
    return rows.length;
  }

  private async settleAll(outcomes: Outcome[]): Promise<boolean[]> {
    const values = [JSON.stringify(outcomes), outcomes.length];
    const rows =
      this.spending.isLimited && outcomes.some(frees)
        ? await this.settleAndRelease(values)
        : await this.writes.query<Changed[]>(SETTLE, values);
    announce(this.events, rows);
    const settled = new Set(rows.map(({ id }) => id));
    return outcomes.map(({ id }) => settled.has(id));
  }

  private settleAndRelease(values: unknown[]): Promise<Changed[]> {
    return this.database.transaction(async (tx) => {
      const rows = rowsOf<Settled>(await tx.query<unknown>(SETTLE, values));
      await this.spending.release(tx, rows);
      return rows;
    });
  }
}
