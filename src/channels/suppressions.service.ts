import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { rowsOf } from '../deliveries/rows.js';

/** A way to a person, as channel and address. */
export interface Way {
  readonly channel: string;
  readonly address: string;
}

/** The list of addresses that must not be used. */
@Injectable()
export class SuppressionsService {
  constructor(private readonly database: DataSource) {}

  /** The reason for each of these ways that is closed, keyed by `wayKey`. */
  async of(
    ways: readonly Way[],
    on: Pick<EntityManager, 'query'> = this.database,
  ): Promise<Map<string, string>> {
    if (ways.length === 0) return new Map();
    const rows = rowsOf<Way & { reason: string }>(
      await on.query<unknown>(
        `SELECT channel, address, reason FROM suppressions
          WHERE (channel, address) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
        [ways.map(({ channel }) => channel), ways.map(({ address }) => address)],
      ),
    );
    return new Map(rows.map((row) => [wayKey(row), row.reason]));
  }

  async add({ channel, address }: Way, reason: string, detail: string | null): Promise<void> {
    await this.database.query(
      `INSERT INTO suppressions (channel, address, reason, detail) VALUES ($1, $2, $3, $4)
        ON CONFLICT (channel, address) DO NOTHING`,
      [channel, address, reason, detail],
    );
  }

  /**
   * Notes that a delivery failed at an address, once however often it is told. Returns for how many it has been
   * so, not counting those before `since`.
   */
  async strike(
    { channel, address }: Way,
    deliveryId: string,
    code: string,
    since: Date | null,
  ): Promise<number> {
    await this.database.query(
      `INSERT INTO address_strikes (channel, address, delivery_id, code) VALUES ($1, $2, $3, $4)
        ON CONFLICT (channel, address, delivery_id) DO NOTHING`,
      [channel, address, deliveryId, code],
    );
    const [row] = rowsOf<{ count: number }>(
      await this.database.query(
        `SELECT count(*)::int AS count FROM address_strikes
          WHERE channel = $1 AND address = $2 AND created_at > coalesce($3::timestamptz, '-infinity')`,
        [channel, address, since],
      ),
    );
    return row?.count ?? 0;
  }
}

export const wayKey = ({ channel, address }: Way): string => `${channel} ${address}`;
