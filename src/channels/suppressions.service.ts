import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Secrets } from '../auth/secrets.js';
import { rowsOf } from '../deliveries/rows.js';
import { type Reason, REASONS, type Source } from './suppression.entity.js';

/** A way to a person, as channel and address. */
export interface Way {
  readonly channel: string;
  readonly address: string;
}

/** Who closes or opens an address, and what is worth keeping of how. */
export interface Act {
  readonly source: Source;
  readonly actor?: string | null;
  readonly detail?: string | null;
}

/** The same addresses are asked for again and again, at the plan and before each try. */
const REMEMBERED = 10_000;

type Queryable = Pick<EntityManager, 'query'>;

const CLOSED = `
  SELECT channel, address, reason FROM suppressions
   WHERE (channel, address) IN (SELECT * FROM unnest($1::text[], $2::text[]))`;

/* One statement, so that the list and its history never differ. */
const CLOSE = `
  WITH closed AS (
    INSERT INTO suppressions AS s (channel, address, reason, source, actor, detail) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (channel, address) DO UPDATE
      SET reason = excluded.reason, source = excluded.source, actor = excluded.actor, detail = excluded.detail,
          created_at = now()
      WHERE coalesce(array_position($7::text[], s.reason), 0) < array_position($7::text[], excluded.reason)
    RETURNING channel, address, reason
  )
  INSERT INTO suppression_events (channel, address, action, reason, source, actor, detail)
  SELECT channel, address, 'closed', reason, $4, $5, $6 FROM closed RETURNING id`;

/* The failures that were counted against the address are forgotten with it: the next one is the first again. */
const LIFT = `
  WITH lifted AS (
    DELETE FROM suppressions WHERE channel = $1 AND address = ANY($2) AND ($3::text IS NULL OR reason = $3)
    RETURNING channel, address, reason
  ), forgotten AS (
    DELETE FROM address_strikes s USING lifted l WHERE s.channel = l.channel AND s.address = l.address
  )
  INSERT INTO suppression_events (channel, address, action, reason, source, actor, detail)
  SELECT channel, address, 'lifted', reason, $4, $5, $6 FROM lifted RETURNING id`;

const FORGET = `
  WITH hidden AS (
    INSERT INTO suppressions (channel, address, reason, source, created_at)
    SELECT channel, $3, reason, source, created_at FROM suppressions WHERE channel = $1 AND address = $2
    ON CONFLICT DO NOTHING
  ), gone AS (
    DELETE FROM suppressions WHERE channel = $1 AND address = $2
  )
  UPDATE suppression_events SET address = $3, detail = NULL WHERE channel = $1 AND address = $2`;

/**
 * A condition: whether the list, or its history, knows the address of a row. Then the address is needed until its person is
 * erased: it is found there by it, and made unreadable.
 * @param row its alias
 */
export const wasEverClosed = (row: string) => `(
  EXISTS (SELECT FROM suppressions s WHERE s.channel = ${row}.channel AND s.address = ${row}.address)
  OR EXISTS (SELECT FROM suppression_events s WHERE s.channel = ${row}.channel AND s.address = ${row}.address))`;

/** The list of addresses that must not be used. */
@Injectable()
export class SuppressionsService {
  private readonly marks = new Map<string, string>();

  constructor(
    private readonly database: DataSource,
    private readonly secrets: Secrets,
  ) {}

  /** The reason for each of these ways that is closed, keyed by `wayKey`. */
  async of(ways: readonly Way[], on: Queryable = this.database): Promise<Map<string, Reason>> {
    if (ways.length === 0) return new Map();
    const asked = new Map(ways.flatMap((way) => this.namesOf(way).map((name) => [wayKey(name), way])));
    const names = ways.flatMap((way) => this.namesOf(way));
    const rows = rowsOf<Way & { reason: Reason }>(
      await on.query<unknown>(CLOSED, [
        names.map(({ channel }) => channel),
        names.map(({ address }) => address),
      ]),
    );
    return new Map(rows.map((row) => [wayKey(asked.get(wayKey(row)) ?? row), row.reason]));
  }

  /** Closes an address. False where it is closed already, for a reason that weighs no less. */
  async close(
    { channel, address }: Way,
    reason: Reason,
    { source, actor = null, detail = null }: Act,
    on: Queryable = this.database,
  ): Promise<boolean> {
    const values = [channel, address, reason, source, actor, detail, REASONS];
    return rowsOf(await on.query(CLOSE, values)).length > 0;
  }

  /** Opens an address again; with a reason only where it was closed for that. False where nothing was to be done. */
  async lift(
    way: Way,
    { source, actor = null, detail = null }: Act,
    { reason = null, on = this.database }: { reason?: Reason | null; on?: Queryable } = {},
  ): Promise<boolean> {
    const addresses = this.namesOf(way).map(({ address }) => address);
    return rowsOf(await on.query(LIFT, [way.channel, addresses, reason, source, actor, detail])).length > 0;
  }

  /** An erased person's address stays closed, and nobody can read it any more: only its mark is kept. */
  async forget(way: Way, on: Queryable): Promise<void> {
    await on.query(FORGET, [way.channel, way.address, this.markOf(way)]);
  }

  /** The names under which the list may know a way: itself, and the mark that an erased person leaves. */
  namesOf(way: Way): Way[] {
    return [way, { channel: way.channel, address: this.markOf(way) }];
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

  private markOf(way: Way): string {
    const key = wayKey(way);
    const known = this.marks.get(key);
    if (known !== undefined) return known;
    const mark = `#${this.secrets.mac('suppression', key).toString('base64url')}`;
    if (this.marks.size >= REMEMBERED) this.marks.clear();
    this.marks.set(key, mark);
    return mark;
  }
}

export const wayKey = ({ channel, address }: Way): string => `${channel} ${address}`;
