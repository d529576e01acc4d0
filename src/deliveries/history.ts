import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { rowsOf } from './rows.js';
import type { Guarantee } from './status.js';

/** How far a delivery has come since somebody replayed it, if anybody did; by the database's clock. */
export interface Progress {
  readonly attempt: number;
  readonly guarantee: Guarantee;
  /** Seconds since its first attempt that counts. */
  readonly age: number;
  /** Seconds until it is too late for it; null where it has no end. */
  readonly left: number | null;
}

/** Ours where it is known, else the provider's name for it. */
interface Named {
  readonly deliveryId: string | null;
  readonly provider: string;
  readonly providerId: string;
}

/* Of the claims that bear one number the last is the attempt: those before it called nobody, or were refused as all were. */
const PROGRESS = `
  SELECT d.attempt - d.attempts_before AS attempt, d.guarantee, extract(epoch FROM d.expires_at - now())::float8 AS left,
         coalesce((SELECT extract(epoch FROM now() - min(a.started_at))::float8
                     FROM (SELECT max(started_at) AS started_at FROM delivery_attempts
                            WHERE delivery_id = d.id AND attempt > d.attempts_before AND attempt <= d.attempt
                            GROUP BY attempt) AS a), 0) AS age
    FROM deliveries d
   WHERE d.id = coalesce($1::uuid, (SELECT x.id FROM deliveries x WHERE x.provider = $2 AND x.provider_id = $3))`;

const REACHED = `
  SELECT max(d.delivered_at) AS at FROM deliveries d
    JOIN deliveries this ON this.user_id = d.user_id AND this.channel = d.channel AND this.address = d.address
   WHERE this.id = $1`;

/** What has been before, for those who judge a failure. */
@Injectable()
export class History {
  constructor(private readonly database: DataSource) {}

  /** Null for a delivery that nobody knows. */
  async progressOf({ deliveryId, provider, providerId }: Named): Promise<Progress | null> {
    const values = [deliveryId, provider, providerId];
    const [progress] = rowsOf<Progress>(await this.database.query(PROGRESS, values));
    return progress ?? null;
  }

  /** When something last arrived at this delivery's address; null: never yet. */
  async lastReached(deliveryId: string): Promise<Date | null> {
    const [row] = rowsOf<{ at: Date | null }>(await this.database.query(REACHED, [deliveryId]));
    return row?.at ?? null;
  }
}
