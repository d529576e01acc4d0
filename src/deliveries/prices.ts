import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Charged, Spending } from '../costs/spending.js';
import { rowsOf } from './rows.js';
import type { Status } from './status.js';

export interface Unpriced {
  readonly id: string;
  readonly attempt: number;
  readonly status: Status;
  readonly providerId: string;
  readonly sentAt: Date;
}

export interface Price {
  readonly provider: string;
  readonly providerId: string;
  /** Exact decimal as text, what was charged, positive. */
  readonly price: string;
  /** ISO 4217. */
  readonly priceUnit: string;
  readonly segments?: number | undefined;
  /** Ours, where the provider has named it: it finds the row also when another attempt has begun. */
  readonly deliveryId?: string | null;
}

/* After three days a provider will not name a price any more. */
const MISSING = `
  SELECT id, attempt, status, provider_id AS "providerId", sent_at AS "sentAt" FROM deliveries
   WHERE price IS NULL AND provider_id IS NOT NULL AND segments IS NOT NULL AND provider = $1
     AND status IN ('sent', 'delivered', 'failed', 'pending')
     AND sent_at BETWEEN now() - interval '3 days' AND now() - make_interval(secs => $2)
     AND sent_at > coalesce($4::timestamptz, '-infinity')
   ORDER BY sent_at LIMIT $3`;

/* What attempts before were charged by the sum alone is in the currency that was named last: it is put aside with that. */
const IS_OTHER_MONEY = `d.price_before > 0 AND d.price_unit <> r."priceUnit"`;
const SUM_BEFORE = `
  jsonb_build_object('provider', NULL, 'id', NULL, 'price', d.price_before::text, 'currency', d.price_unit)`;

/* $2 is how many prices $1 holds, for the planner (see SETTLE). */
const RECORD = `
  WITH r AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(provider text, "providerId" text, price numeric,
      "priceUnit" text, segments smallint) LIMIT $2),
  held AS MATERIALIZED (
    SELECT d.id, r.* FROM r JOIN deliveries d ON d.provider = r.provider AND d.provider_id = r."providerId"
     WHERE d.price IS NULL ORDER BY d.id FOR NO KEY UPDATE OF d)
  UPDATE deliveries d
     SET price = r.price, price_unit = r."priceUnit", segments = coalesce(r.segments, d.segments), updated_at = now(),
         charges = CASE WHEN ${IS_OTHER_MONEY} THEN d.charges || ${SUM_BEFORE} ELSE d.charges END,
         price_before = CASE WHEN ${IS_OTHER_MONEY} THEN 0 ELSE d.price_before END
    FROM held r WHERE d.id = r.id
  RETURNING d.id, d.user_id AS "userId", d.category, coalesce(d.address, '') AS address, d.price, d.price_unit AS "priceUnit",
            d.estimated_price AS "estimatedPrice", d.estimated_unit AS "estimatedUnit", d.reserved_at AS "reservedAt"`;

/*
 * Prices of attempts that are over. Each is put aside once, however often it is told: the rows are locked before what
 * they have is looked at.
 */
const RECORD_LATE = `
  WITH r AS MATERIALIZED (
    SELECT DISTINCT ON (provider, "providerId") * FROM jsonb_to_recordset($1::jsonb) AS r(provider text,
      "providerId" text, price numeric(12, 5), "priceUnit" text, "deliveryId" uuid) LIMIT $2),
  held AS MATERIALIZED (
    SELECT d.id, d.provider, d.provider_id, d.charges FROM deliveries d
     WHERE d.id = ANY(ARRAY(SELECT "deliveryId" FROM r)) ORDER BY d.id FOR NO KEY UPDATE),
  late AS (
    SELECT held.id, max(r."priceUnit") AS unit,
           jsonb_agg(jsonb_build_object('provider', r.provider, 'id', r."providerId", 'price', r.price::text,
                                        'currency', r."priceUnit")) AS charges
      FROM held JOIN r ON r."deliveryId" = held.id
     WHERE (held.provider, held.provider_id) IS DISTINCT FROM (r.provider, r."providerId")
       AND NOT held.charges @> jsonb_build_array(jsonb_build_object('provider', r.provider, 'id', r."providerId"))
     GROUP BY held.id)
  UPDATE deliveries d SET charges = d.charges || late.charges, price_unit = coalesce(d.price_unit, late.unit),
         updated_at = now()
    FROM late WHERE d.id = late.id
  RETURNING d.id`;

/** What messages cost, learnt from the provider after the fact. */
@Injectable()
export class Prices {
  constructor(
    private readonly database: DataSource,
    private readonly spending: Spending,
  ) {}

  /**
   * Messages that were handed over at least `age` seconds ago and whose price is not known, oldest first;
   * only those handed over after `after`, to look behind rows that never get a price.
   */
  async missing(
    provider: string,
    age: number,
    limit: number,
    after: Date | null = null,
  ): Promise<Unpriced[]> {
    return rowsOf<Unpriced>(await this.database.query(MISSING, [provider, age, limit, after]));
  }

  /**
   * What was reserved for them gives way to it; for an attempt that is over, what was reserved stands. Returns how many
   * rows learnt a price.
   */
  async record(prices: readonly Price[]): Promise<number> {
    if (prices.length === 0) return 0;
    const learnt = await this.database.transaction(async (tx) => {
      const recorded = await tx.query<unknown>(RECORD, [JSON.stringify(prices), prices.length]);
      const rows = rowsOf<Charged>(recorded);
      await this.spending.settle(tx, rows);
      return rows.length;
    });
    return learnt + (learnt < prices.length ? await this.recordLate(prices) : 0);
  }

  /** In a transaction of its own: each locks its rows in the order of their ids. */
  private async recordLate(prices: readonly Price[]): Promise<number> {
    const named = prices.filter(({ deliveryId }) => deliveryId);
    if (named.length === 0) return 0;
    return rowsOf(await this.database.query(RECORD_LATE, [JSON.stringify(named), named.length])).length;
  }
}
