import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { rowsOf } from './rows.js';
import { PRIORITY } from './status.js';

/** So far the waiting rows are counted: a question about the load must not become one. */
const COUNTED = 20_000;

/** What waits, or is under way, in one channel for one reason. */
export interface WaitingCount {
  readonly channel: string;
  readonly status: 'pending' | 'sending' | 'unknown';
  /** Why it waits; `due` when nothing holds it. */
  readonly hold: string;
  readonly count: number;
}

export interface WaitingAge {
  readonly priority: keyof typeof PRIORITY;
  /** How long the one that has waited longest has been due, in seconds; 0 when nothing is due. */
  readonly seconds: number;
}

/* Each branch is one of the partial indexes, read from its beginning. */
const COUNTS = `
  SELECT channel, status, hold, count(*)::int AS count FROM (
    (SELECT channel, status, coalesce(hold_reason, 'due') AS hold FROM deliveries WHERE status = 'pending'
      ORDER BY priority, next_attempt_at LIMIT ${COUNTED})
    UNION ALL
    (SELECT channel, status, 'none' FROM deliveries WHERE status = 'sending' ORDER BY lease_until LIMIT ${COUNTED})
    UNION ALL
    (SELECT channel, status, 'none' FROM deliveries WHERE status = 'unknown' ORDER BY updated_at LIMIT ${COUNTED})
  ) AS open GROUP BY 1, 2, 3`;

const AGES = `
  SELECT p.name AS priority, coalesce(greatest(0, extract(epoch FROM now() - (
           SELECT next_attempt_at FROM deliveries WHERE status = 'pending' AND priority = p.value
            ORDER BY next_attempt_at LIMIT 1))), 0)::float8 AS seconds
    FROM (VALUES ${Object.entries(PRIORITY)
      .map(([name, value]) => `('${name}', ${value}::smallint)`)
      .join(', ')}) AS p(name, value)`;

/** What the ledger has still to do: cheap to ask, however large the tables are. */
@Injectable()
export class Waiting {
  constructor(private readonly database: DataSource) {}

  async counts(): Promise<WaitingCount[]> {
    return rowsOf<WaitingCount>(await this.database.query(COUNTS));
  }

  async ages(): Promise<WaitingAge[]> {
    return rowsOf<WaitingAge>(await this.database.query(AGES));
  }
}
