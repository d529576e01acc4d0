import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { Writes } from '../database/pipeline.js';
import { announce, type Changed } from './announce.js';
import { Batch } from './batch.js';
import { type Fault, leaving } from './status.js';

/** A provider's later word on a message, already translated and judged. */
export interface JudgedReport {
  readonly provider: string;
  readonly providerId: string;
  /** Ours, when the callback's address carried it: it finds the row even before our own commit. */
  readonly deliveryId: string | null;
  readonly attempt: number | null;
  readonly word: string;
  readonly rank: number;
  /** What the row becomes. */
  readonly status: 'sent' | 'delivered' | 'failed' | 'pending';
  readonly reason: string | null;
  readonly fault: Fault | null;
  /** Seconds until the next try, for `pending`. */
  readonly delay: number;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly payload: Readonly<Record<string, string>>;
}

/** What a report did: null where it changed nothing (unknown, late or doubled). */
export interface Applied {
  readonly deliveryId: string;
  readonly channel: string;
  readonly address: string;
  readonly status: string;
}

/*
 * $2 is how many reports $1 holds, for the planner (see SETTLE).
 * Of several words on one delivery in one batch the highest counts. A row in a worker's hands (`sending`)
 * only notes the word, and by `hold_reason` whether it asks for another try: the worker's own outcome, or the
 * reaper, draws the conclusion. What comes after the words are erased comes too late, and is stored without its own.
 */
const APPLY = `
  WITH said AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(provider text, "providerId" text, "deliveryId" uuid,
      attempt smallint, word text, rank smallint, status text, reason text, fault text, delay float8,
      "errorCode" text, "errorMessage" text, payload jsonb) LIMIT $2),
  r AS MATERIALIZED (
    SELECT r.*, coalesce(d.id, (SELECT id FROM deliveries x WHERE x.provider = r.provider
                                   AND x.provider_id = r."providerId")) AS id
      FROM said r LEFT JOIN deliveries d ON d.id = r."deliveryId"),
  best AS (SELECT DISTINCT ON (id) * FROM r WHERE id IS NOT NULL ORDER BY id, rank DESC),
  held AS MATERIALIZED (
    SELECT d.id FROM deliveries d JOIN best b ON b.id = d.id
     WHERE d.erased_at IS NULL AND b.rank > d.provider_rank AND d.attempt = coalesce(b.attempt, d.attempt)
       AND (d.provider_id IS NULL OR d.provider_id = b."providerId")
       AND (d.status IN (${leaving('unknown', 'sent', 'delivered', 'failed')},
                         ${leaving('sent', 'delivered', 'failed', 'pending')}, 'sending', 'delivered')
            OR (d.status = ${leaving('failed', 'delivered')} AND b.rank >= 6))
     ORDER BY d.id FOR NO KEY UPDATE OF d),
  changed AS (
    UPDATE deliveries d
       SET status = CASE WHEN d.status IN ('sending', 'delivered') THEN d.status ELSE b.status END,
           reason = CASE WHEN d.status = 'delivered' THEN d.reason ELSE b.reason END,
           fault = CASE WHEN d.status = 'delivered' THEN d.fault ELSE b.fault END,
           error_code = b."errorCode", error_message = b."errorMessage",
           provider = b.provider, provider_id = b."providerId", provider_status = b.word, provider_rank = b.rank,
           sent_at = coalesce(d.sent_at, now()),
           delivered_at = CASE WHEN b.rank >= 6 THEN coalesce(d.delivered_at, now()) ELSE d.delivered_at END,
           hold_reason = CASE WHEN b.status = 'pending' THEN 'retry' END,
           next_attempt_at = CASE WHEN b.status = 'pending' THEN now() + make_interval(secs => b.delay)
                                  ELSE d.next_attempt_at END,
           hinted_at = CASE WHEN b.status = 'pending' THEN NULL ELSE d.hinted_at END,
           updated_at = now()
      FROM best b, held WHERE d.id = held.id AND b.id = d.id
    RETURNING d.id, d.notification_id, d.user_id, d.channel, d.address, d.status, d.provider_id,
              d.followed),
  noted AS (
    INSERT INTO provider_events (delivery_id, attempt, provider, provider_id, status, rank, error_code, payload, applied)
    SELECT r.id, r.attempt, r.provider, r."providerId", r.word, r.rank, r."errorCode",
           CASE WHEN EXISTS (SELECT FROM deliveries d WHERE d.id = r.id AND d.erased_at IS NOT NULL) THEN '{}' ELSE r.payload END,
           EXISTS (SELECT FROM changed c JOIN best b ON b.id = c.id WHERE c.id = r.id AND b.rank = r.rank)
      FROM r)
  SELECT id, id AS "deliveryId", notification_id AS "notificationId", user_id AS "userId", channel, address, status,
         provider_id AS "providerId", followed
    FROM changed`;

/** Milliseconds that a word waits for others: nobody is kept from anything, and of three calls a text not each is a commit. */
const LINGER = 25;

type Reported = Applied & Changed & { providerId: string };

/** Applies what providers report: forward only, late and doubled words harmless, every word stored. */
@Injectable()
export class ProviderReports {
  private readonly reports = new Batch<JudgedReport, Applied | null>((reports) => this.applyAll(reports), {
    linger: LINGER,
  });

  constructor(
    private readonly writes: Writes,
    private readonly events: EventEmitter2,
  ) {}

  apply(report: JudgedReport): Promise<Applied | null> {
    return this.reports.add(report);
  }

  private async applyAll(reports: JudgedReport[]): Promise<(Applied | null)[]> {
    const rows = await this.writes.query<Reported[]>(APPLY, [JSON.stringify(reports), reports.length]);
    announce(this.events, rows);
    const byMessage = new Map(rows.map((row) => [row.providerId, row]));
    return reports.map(({ providerId }) => byMessage.get(providerId) ?? null);
  }
}
