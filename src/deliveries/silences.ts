import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { rowsOf } from './rows.js';

/** A message that its provider took and has not spoken of since. */
export interface Silent {
  readonly id: string;
  readonly attempt: number;
  readonly providerId: string;
  readonly sentAt: Date;
  /** When it was last asked after before, as Postgres writes it; null: never. */
  readonly askedBefore: string | null;
}

export interface SilentPage {
  readonly rows: readonly Silent[];
  /** When they were taken up, as Postgres writes it. */
  readonly takenAt: string;
  /** Where the next page begins; null: at the beginning. */
  readonly next: string | null;
}

/** Which messages are meant, and how long they have been let alone. */
export interface SilentQuery {
  readonly channel: string;
  readonly provider: string;
  /** Seconds. */
  readonly patience: number;
  readonly after: string | null;
}

const PAGE = 1000;

/*
 * Asked again when it has been silent half as long again. After three days nobody knows more. Taking a row up moves
 * `asked_at`: the other instances leave it alone meanwhile. What is not asked after then has to be given back.
 */
const TAKE = `
  WITH page AS MATERIALIZED (
    SELECT id, sent_at FROM deliveries
     WHERE status = 'sent' AND channel = $1 AND sent_at < now() - make_interval(secs => $3)
       AND sent_at > greatest(now() - interval '3 days', $4::timestamptz)
     ORDER BY sent_at LIMIT ${PAGE}),
  due AS MATERIALIZED (
    SELECT d.id, d.asked_at FROM deliveries d
     WHERE d.id = ANY(ARRAY(SELECT id FROM page)) AND (d.status = 'sent') IS TRUE AND d.provider = $2
       AND d.provider_id IS NOT NULL AND (d.asked_at IS NULL OR now() - d.sent_at > (d.asked_at - d.sent_at) * 1.5)
     ORDER BY d.id FOR NO KEY UPDATE SKIP LOCKED),
  taken AS (
    UPDATE deliveries d SET asked_at = now() FROM due WHERE d.id = due.id
    RETURNING d.id, d.attempt, d.provider_id AS "providerId", d.sent_at AS "sentAt", due.asked_at AS "askedBefore")
  SELECT now()::text AS "takenAt",
         (SELECT CASE WHEN count(*) = ${PAGE} THEN max(sent_at)::text END FROM page) AS next,
         (SELECT coalesce(json_agg(taken ORDER BY "sentAt"), '[]') FROM taken) AS rows`;

/* Not where somebody has taken it up since, and not where somebody has it in hand: there is news of it. */
const GIVE_BACK = `
  WITH left_over AS MATERIALIZED (
    SELECT d.id, r.asked_before FROM unnest($1::uuid[], $2::timestamptz[]) AS r(id, asked_before)
      JOIN deliveries d ON d.id = r.id
     WHERE d.asked_at = $3::timestamptz ORDER BY d.id FOR NO KEY UPDATE OF d SKIP LOCKED)
  UPDATE deliveries d SET asked_at = left_over.asked_before FROM left_over WHERE d.id = left_over.id`;

/** Messages of which no end is known although there is one by now: a callback was lost, or nobody could send it. */
@Injectable()
export class Silences {
  constructor(private readonly database: DataSource) {}

  /** Takes up those of a page whose turn it is, oldest first. */
  async take({ channel, provider, patience, after }: SilentQuery): Promise<SilentPage> {
    const values = [channel, provider, patience, after];
    const [page] = rowsOf<SilentPage>(await this.database.query(TAKE, values));
    const { rows = [], takenAt = '', next = null } = page ?? {};
    return { takenAt, next, rows: rows.map((row) => ({ ...row, sentAt: new Date(row.sentAt) })) };
  }

  /** These were not asked after: their turn is what it was. */
  async giveBack(rows: readonly Silent[], takenAt: string): Promise<void> {
    if (rows.length === 0) return;
    const values = [rows.map(({ id }) => id), rows.map(({ askedBefore }) => askedBefore), takenAt];
    await this.database.query(GIVE_BACK, values);
  }
}
