import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CostGroup } from '../costs/cost.groups.js';
import { countingValues, type Period } from './delivery-counts.js';
import { rowsOf } from './rows.js';
import { PAST, spentOn } from './spent.js';

/** The SQL of each group; `$1` is the time zone of the day. */
const GROUPS: Readonly<Record<CostGroup, string>> = {
  day: `to_char(created_at AT TIME ZONE $1::text, 'YYYY-MM-DD')`,
  type: 'type',
  category: 'category',
  channel: 'channel',
  country: 'country',
  provider: 'provider',
};

/** What deliveries have cost that have this in common. Amounts are exact decimals as text, in `currency`. */
export type Cost = Partial<Record<CostGroup, string>> & {
  /** ISO 4217; null where nothing is priced. */
  readonly currency: string | null;
  /** Messages that a provider has taken. */
  readonly messages: number;
  readonly segments: number;
  readonly delivered: number;
  readonly estimated: string;
  readonly settled: string;
  /** Messages whose price the provider has not named. */
  readonly unsettled: number;
  /** What was charged, or is expected where that is not known, for each that has arrived; null when none has. */
  readonly costPerDelivered: string | null;
};

export interface CostQuery extends Period {
  readonly by: readonly CostGroup[];
  readonly channel?: string | undefined;
  readonly type?: string | undefined;
  readonly country?: string | undefined;
  readonly provider?: string | undefined;
}

const PATIENCE = '10s';

/*
 * The rows of the period are found by the primary key, as those that are counted by status. What is gone is in the sums:
 * one statement reads both, so that what goes meanwhile is in one of them.
 */
const OF_PERIOD = `
  (SELECT * FROM deliveries
    WHERE id >= $2::uuid AND id < $3::uuid AND created_at >= $4 AND created_at < $5 AND $1::text IS NOT NULL)`;

const sqlOf = (by: readonly CostGroup[]): string => {
  const keys = by.map((group) => `${GROUPS[group]} AS "${group}", `).join('');
  const places = Array.from({ length: by.length + 1 }, (_, index) => index + 1).join(', ');
  return `
  SELECT ${keys}currency, sum(messages)::int AS messages, sum(segments)::int AS segments,
         sum(delivered)::int AS delivered, sum(estimated)::numeric(20, 5)::text AS estimated,
         sum(settled)::numeric(20, 5)::text AS settled, sum(unsettled)::int AS unsettled,
         round(sum(expected) / nullif(sum(delivered), 0), 5)::text AS "costPerDelivered"
    FROM (${spentOn(OF_PERIOD)} UNION ALL ${PAST} WHERE starts_at >= $4 AND starts_at < $5) AS spent
   WHERE ($6::text IS NULL OR channel = $6) AND ($7::text IS NULL OR type = $7)
     AND ($8::text IS NULL OR country = $8) AND ($9::text IS NULL OR provider = $9)
   GROUP BY ${places} ORDER BY ${places}`;
};

/** Adds up what the deliveries of a period have cost. */
@Injectable()
export class CostCounts {
  constructor(private readonly database: DataSource) {}

  /** A line for each group and currency. */
  by({ by, channel, type, country, provider, ...period }: CostQuery): Promise<Cost[]> {
    const filters = [channel, type, country, provider].map((value) => value ?? null);
    return this.database.transaction(async (tx) => {
      await tx.query(`SET LOCAL statement_timeout = '${PATIENCE}'`);
      return rowsOf<Cost>(await tx.query<unknown>(sqlOf(by), [...countingValues(period), ...filters]));
    });
  }
}
