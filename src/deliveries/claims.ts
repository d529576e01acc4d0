import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { DataSource, type EntityManager } from 'typeorm';
import type { Candidate, Refused } from '../costs/admission.js';
import { Spending } from '../costs/spending.js';
import { Writes } from '../database/pipeline.js';
import { announce, type Changed, CHANGED } from './announce.js';
import { Batch } from './batch.js';
import { CHARGE } from './charged.js';
import type { Rule } from './delivery.entity.js';
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
 * process die, that one is asked and no other. What the attempt before was charged is put aside, with whose and in what.
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
           charges = CASE WHEN d.price IS NULL THEN d.charges ELSE d.charges || ${CHARGE} END, price = NULL,
           reserved_at = CASE WHEN $3 THEN now() END
      FROM due WHERE d.id = due.id
    RETURNING d.id, d.notification_id, d.user_id, d.type, d.category, d.channel, d.address, d.content, d.attempt,
              d.attempts_before, d.guarantee, d.optional, d.expires_at, d.next_attempt_at, d.lease_token,
              d.priority, d.estimated_price, d.estimated_unit, d.provider, d.follows, due.refused_by),
  noted AS (
    INSERT INTO delivery_attempts (delivery_id, attempt, lease_token) SELECT id, attempt, lease_token FROM claimed)
  SELECT id, notification_id AS "notificationId", user_id AS "userId", type, category, channel, address, content,
         attempt, attempt - attempts_before AS tries, guarantee, optional, expires_at AS "expiresAt",
         next_attempt_at AS "dueAt", lease_token AS "leaseToken", priority, estimated_price AS "estimatedPrice",
         estimated_unit AS "estimatedUnit", provider, follows, refused_by AS "refusedBy"
    FROM claimed`;

/*
 * A cap may be full of what is on its way to a carrier just now, and not all of that is taken: then the first refusal of
 * a day asks again in a minute. Not where that is too late, nor where others are to stand in at once. They are counted
 * since there are few of them, found by their index; for the first one alone the planner might read the table.
 */
const MAY_PASS = `
  r.reason = 'cap' AND (now() + interval '1 minute' >= t.ends) IS NOT TRUE AND NOT (d.followed AND t.turn >= t.ends)
  AND NOT (d.rules @> '[{"rule": "cap", "outcome": "hold"}]' AND d.next_attempt_at > date_trunc('day', now(), $3))
  AND 0 < (SELECT count(*) FROM deliveries s WHERE s.status = 'sending' AND s.reserved_at IS NOT NULL
              AND s.id NOT IN (SELECT id FROM r))`;

/*
 * Rows that were claimed a moment ago, in the same transaction, and go over a limit: they wait for the limit's next
 * window, or end here. What would wait past its end, or past that of those who stand in for it, ends at once: then
 * these go. A row has one sentence of a limit, the latest.
 */
const TURN_AWAY = `
  WITH r AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, reason text, span text, waits boolean, rules jsonb)
     LIMIT $2),
  judged AS MATERIALIZED (
    SELECT d.id, r.reason, r.rules -> w.verdict AS rule, w.verdict IN ('look', 'wait') AS holds,
           CASE w.verdict WHEN 'look' THEN now() + interval '1 minute' ELSE w.turn END AS until
      FROM r JOIN deliveries d ON d.id = r.id
     CROSS JOIN LATERAL (
       SELECT (date_trunc(r.span, now() AT TIME ZONE $3) + ('1 ' || r.span)::interval) AT TIME ZONE $3 AS turn,
              least(d.expires_at, CASE WHEN d.followed THEN (
                SELECT min(f.expires_at) FROM deliveries f
                 WHERE f.notification_id = d.notification_id AND f.follows = d.channel) END) AS ends) AS t
     CROSS JOIN LATERAL (
       SELECT t.turn, CASE WHEN NOT r.waits THEN 'skip'
                           WHEN ${MAY_PASS} THEN 'look'
                           WHEN t.turn >= t.ends THEN 'late'
                           ELSE 'wait' END AS verdict) AS w),
  turned AS (
    UPDATE deliveries d
       SET status = CASE WHEN j.holds THEN 'pending' ELSE 'skipped' END,
           reason = CASE WHEN NOT j.holds THEN j.reason END, fault = CASE WHEN NOT j.holds THEN 'policy' END,
           hold_reason = CASE WHEN j.holds THEN j.reason END, attempt = d.attempt - 1, lease_token = NULL, lease_until = NULL,
           next_attempt_at = j.until, hinted_at = NULL, reserved_at = NULL, updated_at = now(),
           rules = (SELECT coalesce(jsonb_agg(known.rule), '[]') FROM jsonb_array_elements(d.rules) AS known(rule)
                     WHERE known.rule->>'rule' <> j.rule->>'rule') || j.rule
      FROM judged j WHERE d.id = j.id AND d.status = ${leaving('sending', 'pending', 'skipped')}
    RETURNING ${CHANGED}, d.attempt + 1 AS attempt),
  noted AS (
    UPDATE delivery_attempts a SET outcome = turned.status, finished_at = now()
      FROM turned WHERE a.delivery_id = turned.id AND a.attempt = turned.attempt AND a.finished_at IS NULL)
  SELECT id, "notificationId", "userId", channel, status, followed FROM turned`;

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
    const rows = refused.map((one) => {
      return { id: one.id, reason: one.rule, span: one.span, waits: one.waits, rules: rulesOf(one) };
    });
    const values = [JSON.stringify(rows), rows.length, this.spending.timeZone];
    return rowsOf<Changed>(await tx.query<unknown>(TURN_AWAY, values));
  }
}

/** What the row will say of it, by how it is judged. */
function rulesOf({ rule, detail, span }: Refused): Record<'look' | 'wait' | 'late' | 'skip', Rule> {
  return {
    look: {
      rule,
      outcome: 'hold',
      detail: `${detail} Of these some are on their way: it asks again in a minute.`,
    },
    wait: { rule, outcome: 'hold', detail: `${detail} It waits for the next ${span}.` },
    late: { rule, outcome: 'skip', detail: `${detail} It would be too late in the next ${span}.` },
    skip: { rule, outcome: 'skip', detail },
  };
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
