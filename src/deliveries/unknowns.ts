import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { DataSource } from 'typeorm';
import { type Reserved, Spending } from '../costs/spending.js';
import { announce, type Changed, CHANGED } from './announce.js';
import type { Claimed } from './leases.js';
import { rowsOf } from './rows.js';
import { leaving } from './status.js';

/** A delivery whose outcome was lost, with the moment its last call may have begun. */
export type Unknown = Omit<Claimed, 'leaseToken' | 'dueAt' | 'refusedBy' | 'follows'> & {
  readonly startedAt: Date;
};

/** Which rows are to be asked after. */
export interface UnknownQuery {
  readonly channel: string;
  /** Seconds for which they have been left alone. */
  readonly grace: number;
  /** Providers that are not called at the moment: theirs wait. */
  readonly except: readonly string[];
  readonly limit: number;
}

export type Finding =
  | {
      readonly found: true;
      readonly provider: string;
      readonly providerId: string | null;
      readonly word: string;
      readonly rank: number;
    }
  | {
      readonly found: false;
      /** Whether a provider has said so; else it may have it all the same. */
      readonly asked: boolean;
      readonly again: boolean;
    };

/*
 * Taking a row up moves `updated_at`: the other instances leave it alone for a grace. Of what is soon of no use the
 * grace is a tenth of its life: half a minute for a code of five.
 */
const TAKE = `
  WITH lost AS MATERIALIZED (
    SELECT id FROM deliveries WHERE status = 'unknown' AND channel = $1
       AND updated_at < now() - least(make_interval(secs => $2), CASE WHEN expires_at IS NOT NULL
                                      THEN greatest(interval '5 seconds', (expires_at - created_at) / 10) END)
       AND coalesce(provider, '') <> ALL($4::text[])
     ORDER BY updated_at LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED),
  taken AS (UPDATE deliveries d SET updated_at = now() FROM lost WHERE d.id = lost.id RETURNING d.*)
  SELECT t.id, t.notification_id AS "notificationId", t.user_id AS "userId", t.type, t.category, t.channel, t.address,
         t.content, t.provider, t.attempt, t.attempt - t.attempts_before AS tries, t.guarantee, t.optional, t.expires_at AS "expiresAt",
         coalesce((SELECT max(a.started_at) FROM delivery_attempts a
                    WHERE a.delivery_id = t.id AND a.attempt = t.attempt), t.created_at) AS "startedAt"
    FROM taken t`;

const FOUND = `
  UPDATE deliveries d SET status = CASE WHEN $6 >= 6 THEN 'delivered' WHEN $6 = 5 THEN 'failed' ELSE 'sent' END,
         reason = CASE WHEN $6 = 5 THEN 'undelivered' END, fault = CASE WHEN $6 = 5 THEN 'provider' END,
         provider = $3, provider_id = $4, provider_status = $5, provider_rank = greatest(provider_rank, $6::smallint),
         sent_at = coalesce(sent_at, now()), delivered_at = CASE WHEN $6 >= 6 THEN now() END, updated_at = now()
   WHERE id = $1 AND attempt = $2 AND status = ${leaving('unknown', 'sent', 'delivered', 'failed')}
     AND NOT EXISTS (SELECT FROM deliveries x WHERE x.provider = $3 AND x.provider_id = $4 AND x.id <> $1)
  RETURNING ${CHANGED}`;

/* $3: whether the provider has said that it does not have it. Then it charges nothing, and what was reserved is given back. */
const notFound = (change: string, state: string) => `
  WITH was AS MATERIALIZED (
    SELECT id, reserved_at FROM deliveries WHERE id = $1 AND attempt = $2 AND status = ${state} FOR NO KEY UPDATE)
  UPDATE deliveries d SET ${change}, reserved_at = CASE WHEN NOT $3::boolean THEN d.reserved_at END, updated_at = now() FROM was WHERE d.id = was.id
  RETURNING ${CHANGED}, d.category, d.address, d.estimated_price AS "estimatedPrice",
            d.estimated_unit AS "estimatedUnit", CASE WHEN $3 THEN was.reserved_at END AS "reservedAt"`;

const AGAIN = notFound(
  `status = 'pending', hold_reason = 'retry', next_attempt_at = now(), hinted_at = NULL`,
  leaving('unknown', 'pending'),
);

const GIVEN_UP = notFound(
  `status = 'failed', reason = 'unknown_outcome', fault = 'provider'`,
  leaving('unknown', 'failed'),
);

/* Also those of the row's own earlier attempts: their answers are known. */
const TAKEN = `
  SELECT provider_id AS "providerId" FROM deliveries
   WHERE provider = $1 AND provider_id = ANY($2::text[]) AND id <> $3
  UNION ALL
  SELECT provider_id FROM delivery_attempts WHERE delivery_id = $3 AND provider_id = ANY($2::text[])`;

/** Rows whose outcome is not known: they are asked after, never blindly repeated. */
@Injectable()
export class Unknowns {
  constructor(
    private readonly database: DataSource,
    private readonly events: EventEmitter2,
    private readonly spending: Spending,
  ) {}

  /** Takes up a channel's rows that have been unknown for longer than the grace. */
  async take({ channel, grace, limit, except }: UnknownQuery): Promise<Unknown[]> {
    return rowsOf<Unknown>(await this.database.query(TAKE, [channel, grace, limit, except]));
  }

  /** Which of these messages of a provider cannot be this delivery's lost one, because they have an owner. */
  async taken(provider: string, providerIds: readonly string[], id: string): Promise<Set<string>> {
    if (providerIds.length === 0) return new Set();
    const rows = rowsOf<{ providerId: string }>(
      await this.database.query(TAKEN, [provider, providerIds, id]),
    );
    return new Set(rows.map(({ providerId }) => providerId));
  }

  async resolve(row: Unknown, finding: Finding): Promise<void> {
    announce(this.events, await this.move(row, finding));
  }

  private async move({ id, attempt }: Unknown, finding: Finding): Promise<Changed[]> {
    if (!finding.found) {
      return this.database.transaction(async (tx) => {
        const moved = await tx.query<unknown>(finding.again ? AGAIN : GIVEN_UP, [id, attempt, finding.asked]);
        const rows = rowsOf<Changed & Reserved>(moved);
        await this.spending.release(tx, rows);
        return rows;
      });
    }
    const { provider, providerId, word, rank } = finding;
    const values = [id, attempt, provider, providerId, word, rank];
    return rowsOf<Changed>(await this.database.query(FOUND, values));
  }
}
