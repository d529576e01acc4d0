import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { rowsOf } from './rows.js';

/** By what deliveries can be counted, and the SQL of each; `$1` is the time zone of the day. */
const GROUPS = {
  day: `to_char(created_at AT TIME ZONE $1::text, 'YYYY-MM-DD')`,
  type: 'type',
  channel: 'channel',
  status: 'status',
} as const;
export type Group = keyof typeof GROUPS;
export const GROUP_NAMES = Object.keys(GROUPS) as Group[];

export interface Period {
  readonly from: Date;
  /** Not included. */
  readonly to: Date;
  /** IANA name: where the days begin. */
  readonly timeZone: string;
}

export type Count = Partial<Record<Group, string>> & { readonly count: number };

/** How far the clock of a process, by which ids are made, may be from the database's. */
const SKEW = 3_600_000;
/** What takes longer is asked for too much at once, and must not hold up others. */
const PATIENCE = '10s';

/*
 * Ids are UUIDs v7 and begin with their moment: the primary key finds the rows of a period, however large the table
 * is, and the busy table needs no index for counting alone. Postgres wants each parameter named, also the time zone
 * where no day is asked for.
 */
export const countingSql = (groups: readonly Group[]): string => `
  SELECT ${groups.map((group) => `${GROUPS[group]} AS "${group}", `).join('')}count(*)::int AS count
    FROM deliveries
   WHERE id >= $2::uuid AND id < $3::uuid AND created_at >= $4 AND created_at < $5 AND $1::text IS NOT NULL
   ${groups.length > 0 ? `GROUP BY ${groups.map((_, index) => index + 1).join(', ')}` : ''}
   ${groups.length > 0 ? `ORDER BY ${groups.map((_, index) => index + 1).join(', ')}` : ''}`;

export const countingValues = ({ from, to, timeZone }: Period): unknown[] => [
  timeZone,
  firstIdAt(+from - SKEW),
  firstIdAt(+to + SKEW),
  from,
  to,
];

/** Counts the deliveries of a period. */
@Injectable()
export class DeliveryCounts {
  constructor(private readonly database: DataSource) {}

  by(groups: readonly Group[], period: Period): Promise<Count[]> {
    return this.database.transaction(async (tx) => {
      await tx.query(`SET LOCAL statement_timeout = '${PATIENCE}'`);
      return rowsOf<Count>(await tx.query<unknown>(countingSql(groups), countingValues(period)));
    });
  }
}

/** The smallest UUID v7 of a millisecond since 1970. */
function firstIdAt(milliseconds: number): string {
  const hex = Math.max(0, Math.floor(milliseconds)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
