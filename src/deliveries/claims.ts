import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { DataSource, type EntityManager } from 'typeorm';
import type { Candidate, Refused } from '../costs/admission.js';
import { Spending } from '../costs/spending.js';
import { Writes } from '../database/pipeline.js';
import { announce, type Changed, CHANGED } from './announce.js';
import { Batch } from './batch.js';
import { DeliverySettings } from './delivery.settings.js';
import type { Claimed } from './leases.js';
import { rowsOf } from './rows.js';
import { leaving } from './status.js';

/** A row as the claim returns it: with what the limits ask of it. */
type Taken = Claimed & Candidate;

/** A row to be claimed, and who is to carry it. */
interface Wanted {
  readonly id: string;
  readonly provider: string | null;
}

/*
 * $3: whether it counts against the limits from now on. The provider ($4) stands on the row before it is called: should this
 * process die, that one is asked and no other. What earlier attempts have cost is put aside.
 * The candidates are locked in the order of their ids before they are changed: two batches that meet never
 * wait for each other in a circle. `IS TRUE` keeps the planner on the primary key, away from the due index.
 */
const CLAIM = `
  WITH due AS MATERIALIZED (
    SELECT id, CASE WHEN hold_reason = 'retry' THEN provider END AS refused_by FROM deliveries
     WHERE id = ANY($1::uuid[]) AND (status = ${leaving('pending', 'sending')}) IS TRUE AND next_attempt_at <= now()
       AND (expires_at IS NULL OR expires_at > now())
     ORDER BY id FOR UPDATE SKIP LOCKED),
  claimed AS (
    UPDATE deliveries d
       SET status = 'sending', attempt = d.attempt + 1, lease_token = gen_random_uuid(),
           lease_until = now() + make_interval(secs => $2), hold_reason = NULL,
           provider = ($4::text[])[array_position($1::uuid[], d.id)], provider_id = NULL,
           provider_status = NULL, provider_rank = 0, updated_at = now(),
           price_before = d.price_before + coalesce(d.price, 0), price = NULL,
           reserved_at = CASE WHEN $3 THEN now() END
      FROM due WHERE d.id = due.id
    RETURNING d.id, d.notification_id, d.user_id, d.type, d.category, d.channel, d.address, d.content, d.attempt,
              d.attempts_before, d.guarantee, d.optional, d.expires_at, d.next_attempt_at, d.lease_token,
              d.priority, d.estimated_price, d.estimated_unit, d.provider, due.refused_by),
  noted AS (
    INSERT INTO delivery_attempts (delivery_id, attempt, lease_token) SELECT id, attempt, lease_token FROM claimed)
  SELECT id, notification_id AS "notificationId", user_id AS "userId", type, category, channel, address, content,
         attempt, attempt - attempts_before AS tries, guarantee, optional, expires_at AS "expiresAt",
         next_attempt_at AS "dueAt", lease_token AS "leaseToken", priority, estimated_price AS "estimatedPrice",
         estimated_unit AS "estimatedUnit", provider, refused_by AS "refusedBy"
    FROM claimed`;

/*
 * Rows that were claimed a moment ago, in the same transaction, and go over a limit: they wait for the limit's next
 * window, or end here. A row has one sentence of a limit, the latest.
 */
const TURN_AWAY = `
  WITH r AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, status text, reason text, "holdReason" text, span text,
      rule jsonb) LIMIT $2),
  turned AS (
    UPDATE deliveries d
       SET status = r.status, reason = r.reason, fault = CASE WHEN r.status = 'skipped' THEN 'policy' END,
           hold_reason = r."holdReason", attempt = d.attempt - 1, lease_token = NULL, lease_until = NULL,
           next_attempt_at = (date_trunc(r.span, now() AT TIME ZONE $3) + ('1 ' || r.span)::interval) AT TIME ZONE $3,
           hinted_at = NULL, reserved_at = NULL, updated_at = now(),
           rules = (SELECT coalesce(jsonb_agg(known.rule), '[]') FROM jsonb_array_elements(d.rules) AS known(rule)
                     WHERE known.rule->>'rule' <> r.rule->>'rule') || r.rule
      FROM r WHERE d.id = r.id AND d.status = ${leaving('sending', 'pending', 'skipped')}
    RETURNING ${CHANGED}, d.attempt + 1 AS attempt),
  noted AS (
    UPDATE delivery_attempts a SET outcome = turned.status, finished_at = now()
      FROM turned WHERE a.delivery_id = turned.id AND a.attempt = turned.attempt AND a.finished_at IS NULL)
  SELECT id, "notificationId", "userId", channel, status FROM turned`;

/** Claims rows for sending, many in one round trip; what the limits hold for is counted in the same transaction. */
@Injectable()
export class Claims {
  private readonly free = new Batch<Wanted, Claimed | null>((wanted) => this.takeAll(wanted));
  private readonly metered = new Batch<Wanted, Claimed | null>((wanted) => this.takeWithinLimits(wanted));

  constructor(
    private readonly database: DataSource,
    private readonly writes: Writes,
    private readonly events: EventEmitter2,
    private readonly settings: DeliverySettings,
    private readonly spending: Spending,
  ) {}

  /** Null when it is not to be sent now. */
  take(wanted: Wanted, metered: boolean): Promise<Claimed | null> {
    return metered && this.spending.isLimited ? this.metered.add(wanted) : this.free.add(wanted);
  }

  private async takeAll(wanted: Wanted[]): Promise<(Claimed | null)[]> {
    const values = this.valuesOf(wanted, false);
    return inOrder(wanted, await this.writes.query<Claimed[]>(CLAIM, values));
  }

  private async takeWithinLimits(wanted: Wanted[]): Promise<(Claimed | null)[]> {
    const { taken, refused, reached, turned } = await this.database.transaction(async (tx) => {
      const values = this.valuesOf(wanted, true);
      const rows = rowsOf<Taken>(await tx.query<unknown>(CLAIM, values));
      if (rows.length === 0) return { taken: rows, refused: [], reached: [], turned: [] };
      const admission = await this.spending.admit(tx, rows);
      return { taken: rows, ...admission, turned: await this.turnAway(tx, admission.refused) };
    });
    announce(this.events, turned);
    this.spending.tell(reached);
    const turnedAway = new Set(refused.map(({ id }) => id));
    return inOrder(
      wanted,
      taken.filter(({ id }) => !turnedAway.has(id)),
    );
  }

  private valuesOf(wanted: readonly Wanted[], counts: boolean): unknown[] {
    const ids = wanted.map(({ id }) => id);
    return [ids, this.settings.leaseSeconds, counts, wanted.map(({ provider }) => provider)];
  }

  private async turnAway(tx: EntityManager, refused: readonly Refused[]): Promise<Changed[]> {
    if (refused.length === 0) return [];
    const rows = refused.map(({ id, rule, detail, span, waits }) => ({
      id,
      span,
      ...(waits ? { status: 'pending', holdReason: rule } : { status: 'skipped', reason: rule }),
      rule: { rule, outcome: waits ? 'hold' : 'skip', detail },
    }));
    const values = [JSON.stringify(rows), rows.length, this.spending.timeZone];
    return rowsOf<Changed>(await tx.query<unknown>(TURN_AWAY, values));
  }
}

/** The same hint twice in one batch is one claim. */
function inOrder(wanted: readonly Wanted[], rows: readonly Claimed[]): (Claimed | null)[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return wanted.map(({ id }) => {
    const row = byId.get(id) ?? null;
    byId.delete(id);
    return row;
  });
}
