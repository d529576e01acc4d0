import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Candidate, Refused, Use } from '../costs/admission.js';
import { type Alert, CapAlerts } from '../costs/cap.alerts.js';
import { Spending } from '../costs/spending.js';
import { type Changed, CHANGED } from './announce.js';
import type { Rule } from './delivery.entity.js';
import { rowsOf } from './rows.js';
import { leaving } from './status.js';

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
    SELECT d.id, w.verdict, r.reason, r.rules -> w.verdict AS rule, w.verdict IN ('look', 'wait') AS holds,
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
    RETURNING ${CHANGED}, d.attempt + 1 AS attempt, j.verdict),
  noted AS (
    UPDATE delivery_attempts a SET outcome = turned.status, finished_at = now()
      FROM turned WHERE a.delivery_id = turned.id AND a.attempt = turned.attempt AND a.finished_at IS NULL)
  SELECT id, "notificationId", "userId", channel, status, followed, verdict FROM turned`;

/** How a refused row is judged: it asks again in a minute, waits for the next window, is too late for it, or ends. */
type Verdict = 'look' | 'wait' | 'late' | 'skip';

/** What the limits say of rows that were claimed a moment ago. */
interface Decision {
  /** The ids of those that must not go. */
  readonly refused: ReadonlySet<string>;
  /** What they have become. */
  readonly turned: readonly Changed[];
  readonly alerts: readonly Alert[];
  readonly near: readonly Use[];
}

/** Whether claimed rows may go, by the limits; what must not is turned away in the same transaction. */
@Injectable()
export class Admissions {
  constructor(
    private readonly spending: Spending,
    private readonly alerts: CapAlerts,
  ) {}

  /** Whether there is any limit at all. */
  get areLimited(): boolean {
    return this.spending.isLimited;
  }

  async decide(tx: EntityManager, rows: readonly Candidate[]): Promise<Decision> {
    if (rows.length === 0) return { refused: new Set(), turned: [], alerts: [], near: [] };
    const { refused, near } = await this.spending.admit(tx, rows);
    const turned = await this.turnAway(tx, refused);
    // What asks again in a minute is not held back yet: what is on its way may make room for it.
    const heldBack = new Set(turned.filter(({ verdict }) => verdict !== 'look').map(({ id }) => id));
    const full = refused.filter(({ id }) => heldBack.has(id)).map(({ reached }) => reached);
    const ids = new Set(refused.map(({ id }) => id));
    return { refused: ids, turned, alerts: await this.alerts.note(tx, full), near };
  }

  /** Tells of caps. To be called after the commit. */
  tell({ alerts, near }: Pick<Decision, 'alerts' | 'near'>): void {
    this.alerts.tell(alerts);
    this.alerts.suspect(near);
  }

  private async turnAway(
    tx: EntityManager,
    refused: readonly Refused[],
  ): Promise<(Changed & { verdict: Verdict })[]> {
    if (refused.length === 0) return [];
    const rows = refused.map((one) => {
      return { id: one.id, reason: one.rule, span: one.span, waits: one.waits, rules: rulesOf(one) };
    });
    const values = [JSON.stringify(rows), rows.length, this.spending.timeZone];
    return rowsOf(await tx.query<unknown>(TURN_AWAY, values));
  }
}

/** What the row will say of it, by how it is judged. */
function rulesOf({ rule, detail, span }: Refused): Record<Verdict, Rule> {
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
