import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { DataSource } from 'typeorm';
import { announce, type Changed, CHANGED } from './announce.js';
import { Batch } from './batch.js';
import { rowsOf } from './rows.js';
import { type HoldReason, leaving } from './status.js';

/** A row that waits to be hinted at. */
export interface Due {
  readonly id: string;
  readonly channel: string;
  readonly attempt: number;
  readonly priority: number;
}

/** How much of a channel is not at its end. */
export interface ChannelBacklog {
  readonly channel: string;
  /** Pending, and its time has come. */
  readonly due: number;
  /** Pending, for later. */
  readonly later: number;
  readonly sending: number;
  readonly unknown: number;
}

interface Held {
  readonly id: string;
  readonly reason: HoldReason;
  /** Seconds until it is due again. Zero: it stays as it is. */
  readonly delay: number;
}

const IN_TIME = '(expires_at IS NULL OR expires_at > now())';

/*
 * By channel, so that thousands of rows of one that is paused are not read on the way to the others. As an array the
 * ids are looked up one by one, whatever the planner thinks of how many there are.
 */
const DUE = `
  WITH due AS MATERIALIZED (
    SELECT next.id FROM unnest($1::text[], $2::int[]) AS open(channel, room) CROSS JOIN LATERAL (
      SELECT id FROM deliveries
       WHERE status = 'pending' AND channel = open.channel AND next_attempt_at <= now() AND ${IN_TIME}
         AND (hinted_at IS NULL OR hinted_at < now() - interval '30 seconds')
       ORDER BY priority, next_attempt_at LIMIT open.room FOR NO KEY UPDATE SKIP LOCKED) AS next)
  UPDATE deliveries d SET hinted_at = now() WHERE d.id = ANY(ARRAY(SELECT id FROM due))
  RETURNING d.id, d.channel, d.attempt, d.priority`;

/* Of the first, those that have failed least: what nobody will ever take must not be all that is tried. */
const FIRST = `
  SELECT id FROM (
    SELECT id, attempt FROM deliveries
     WHERE status = 'pending' AND channel = $1 AND next_attempt_at <= now() AND ${IN_TIME}
     ORDER BY priority, next_attempt_at LIMIT 500) AS first
   ORDER BY attempt, random() LIMIT $2`;

/*
 * Nobody will come for them after all: the next sweep tells again. Who is being claimed needs no telling. `IS TRUE` keeps
 * the planner on the primary key.
 */
const UNTOLD = `
  WITH told AS MATERIALIZED (
    SELECT id FROM deliveries WHERE id = ANY($1::uuid[]) AND (status = 'pending') IS TRUE
     ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
  UPDATE deliveries d SET hinted_at = NULL FROM told WHERE d.id = told.id`;

const POSTPONE = `
  UPDATE deliveries SET next_attempt_at = now() + make_interval(secs => $2), hinted_at = NULL
   WHERE id = $1 AND (status = 'pending') IS TRUE`;

const ADDRESS = 'SELECT address FROM deliveries WHERE id = $1';

const HOLD = `
  WITH told AS MATERIALIZED (
    SELECT d.id, r.reason, r.delay
      FROM unnest($1::uuid[], $2::text[], $3::float8[]) AS r(id, reason, delay) JOIN deliveries d ON d.id = r.id
     WHERE (d.status = 'pending') IS TRUE ORDER BY d.id FOR NO KEY UPDATE OF d SKIP LOCKED)
  UPDATE deliveries d
     SET hold_reason = told.reason, hinted_at = NULL, updated_at = now(),
         next_attempt_at = CASE WHEN told.delay > 0
                                THEN greatest(d.next_attempt_at, now() + make_interval(secs => told.delay))
                                ELSE d.next_attempt_at END
    FROM told WHERE d.id = told.id`;

/* Waits for nobody: what is being claimed at this moment comes back with the same reason. */
const HOLD_ALL = `
  WITH due AS MATERIALIZED (
    SELECT id FROM deliveries
     WHERE status = 'pending' AND channel = $1 AND next_attempt_at <= now() AND hold_reason IS DISTINCT FROM $2
       FOR NO KEY UPDATE SKIP LOCKED)
  UPDATE deliveries d SET hold_reason = $2, hinted_at = NULL, updated_at = now()
   WHERE d.id = ANY(ARRAY(SELECT id FROM due))`;

/* Also what waits for later: past its time it would not be sent. */
const EXPIRE = `
  WITH late AS MATERIALIZED (
    SELECT id FROM deliveries WHERE status = ${leaving('pending', 'skipped')} AND expires_at <= now()
     ORDER BY expires_at LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED)
  UPDATE deliveries d SET status = 'skipped', reason = 'expired', fault = 'policy', hold_reason = NULL, updated_at = now()
    FROM late WHERE d.id = late.id
  RETURNING ${CHANGED}`;

const SIZE = `
  SELECT count(*)::int AS size FROM (
    SELECT FROM unnest($1::text[]) AS open(channel) CROSS JOIN LATERAL (
      SELECT FROM deliveries WHERE status = 'pending' AND channel = open.channel AND next_attempt_at <= now()
       LIMIT $2) AS waiting LIMIT $2) AS counted`;

const COUNTS = `
  SELECT channel, sum(due)::int AS due, sum(later)::int AS later, sum(sending)::int AS sending, sum(unknown)::int AS unknown
    FROM (
      SELECT channel, count(*) FILTER (WHERE next_attempt_at <= now()) AS due,
             count(*) FILTER (WHERE next_attempt_at > now()) AS later, 0 AS sending, 0 AS unknown
        FROM deliveries WHERE status = 'pending' GROUP BY channel
      UNION ALL
      SELECT channel, 0, 0, count(*), 0 FROM deliveries WHERE status = 'sending' GROUP BY channel
      UNION ALL
      SELECT channel, 0, 0, 0, count(*) FROM deliveries WHERE status = 'unknown' GROUP BY channel) AS parts
   GROUP BY channel`;

/** The rows that wait: finds what is due, keeps what must not go yet, ends what is past its time. */
@Injectable()
export class Backlog {
  private readonly held = new Batch<Held, null>((rows) => this.holdThese(rows));

  constructor(
    private readonly database: DataSource,
    private readonly events: EventEmitter2,
  ) {}

  /** Due rows that nobody was told of lately, of each channel as many as it has room for; marks them as told. */
  async due(room: Readonly<Record<string, number>>): Promise<Due[]> {
    return rowsOf<Due>(await this.database.query(DUE, [Object.keys(room), Object.values(room)]));
  }

  /** The ids of some of a channel's first due rows, told of or not, those with the fewest attempts first. */
  async first(channel: string, limit: number): Promise<string[]> {
    const rows = rowsOf<{ id: string }>(await this.database.query(FIRST, [channel, limit]));
    return rows.map(({ id }) => id);
  }

  /** Takes back that somebody was told of these rows: the hint did not arrive. */
  async untold(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.database.query(UNTOLD, [ids]);
  }

  /** Lets a row rest for so many seconds. */
  async postpone(id: string, seconds: number): Promise<void> {
    await this.database.query(POSTPONE, [id, seconds]);
  }

  /** Leaves a row that somebody was told of where it is, at least for so many seconds, and writes down what it waits for. */
  async hold(id: string, reason: HoldReason, delay = 0): Promise<void> {
    await this.held.add({ id, reason, delay });
  }

  /** Where a delivery goes; undefined where there is none, or its address is erased. */
  async addressOf(id: string): Promise<string | undefined> {
    const [row] = rowsOf<{ address: string | null }>(await this.database.query(ADDRESS, [id]));
    return row?.address ?? undefined;
  }

  /** The same for all that is due of a channel. */
  async holdAll(channel: string, reason: HoldReason): Promise<void> {
    await this.database.query(HOLD_ALL, [channel, reason]);
  }

  /** Ends what is past its time. Returns how many. */
  async expire(): Promise<number> {
    const rows = rowsOf<Changed>(await this.database.query(EXPIRE));
    announce(this.events, rows);
    return rows.length;
  }

  /** How many deliveries of these channels are due, counted no further than `most`. */
  async size(channels: readonly string[], most: number): Promise<number> {
    const [row] = rowsOf<{ size: number }>(await this.database.query(SIZE, [channels, most]));
    return row?.size ?? 0;
  }

  /** What is not at its end, by channel; a channel without any is left out. */
  async counts(): Promise<ChannelBacklog[]> {
    return rowsOf<ChannelBacklog>(await this.database.query(COUNTS));
  }

  private async holdThese(rows: readonly Held[]): Promise<null[]> {
    const values = [rows.map(({ id }) => id), rows.map(({ reason }) => reason)];
    await this.database.query(HOLD, [...values, rows.map(({ delay }) => delay)]);
    return rows.map(() => null);
  }
}
