import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { rowsOf } from './rows.js';

/** A message that its provider took and has not spoken of since. */
export interface Silent {
  readonly id: string;
  readonly attempt: number;
  readonly providerId: string;
  readonly sentAt: Date;
}

export interface SilentPage {
  readonly rows: readonly Silent[];
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
 * `asked_at`: the other instances leave it alone meanwhile.
 */
const TAKE = `
  WITH page AS MATERIALIZED (
    SELECT id, sent_at FROM deliveries
     WHERE status = 'sent' AND channel = $1 AND sent_at < now() - make_interval(secs => $3)
       AND sent_at > greatest(now() - interval '3 days', $4::timestamptz)
     ORDER BY sent_at LIMIT ${PAGE}),
  taken AS (
    UPDATE deliveries d SET asked_at = now() FROM page
     WHERE d.id = page.id AND (d.status = 'sent') IS TRUE AND d.provider = $2 AND d.provider_id IS NOT NULL
       AND (d.asked_at IS NULL OR now() - d.sent_at > (d.asked_at - d.sent_at) * 1.5)
    RETURNING d.id, d.attempt, d.provider_id AS "providerId", d.sent_at AS "sentAt")
  SELECT (SELECT CASE WHEN count(*) = ${PAGE} THEN max(sent_at)::text END FROM page) AS next,
         (SELECT coalesce(json_agg(taken), '[]') FROM taken) AS rows`;

/** Messages of which no end is known although there is one by now: a callback was lost, or nobody could send it. */
@Injectable()
export class Silences {
  constructor(private readonly database: DataSource) {}

  /** Takes up those of a page whose turn it is, oldest first. */
  async take({ channel, provider, patience, after }: SilentQuery): Promise<SilentPage> {
    const values = [channel, provider, patience, after];
    const [page] = rowsOf<SilentPage>(await this.database.query(TAKE, values));
    const { rows = [], next = null } = page ?? {};
    return { next, rows: rows.map((row) => ({ ...row, sentAt: new Date(row.sentAt) })) };
  }
}
