import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type Change, type Choices, choicesFrom } from './choices.js';
import { ConsentEvent, type ConsentSource } from './consent-event.entity.js';
import { Preference } from './preference.entity.js';

/** Where a choice came from, and what is worth keeping of how. */
export interface Origin {
  readonly source: ConsentSource;
  readonly detail?: Readonly<Record<string, unknown>>;
  /** The address that it was said from: personal, so it goes when the person is erased. */
  readonly ip?: string | undefined;
  /** The words that the person saw, or their version. */
  readonly wording?: string | undefined;
}

export type Queryable = Pick<EntityManager, 'query'>;

const OF_PEOPLE =
  'SELECT user_id, category, channel, wanted FROM preferences WHERE user_id = ANY($1::text[])';

/**
 * Choices and their history together; the history gets a row only where a choice changed. What is said already
 * is left out first: a conflict would lock its row, and the next notification to the same person would wait.
 */
const RECORD = `
  WITH changed AS (
    INSERT INTO preferences AS p (user_id, category, channel, wanted)
    SELECT $1, c.category, c.channel, c.wanted
    FROM unnest($2::text[], $3::text[], $4::boolean[]) AS c (category, channel, wanted)
    WHERE NOT EXISTS (SELECT FROM preferences s WHERE s.user_id = $1 AND s.category = c.category
                         AND s.channel = c.channel AND s.wanted = c.wanted)
    ORDER BY c.category, c.channel
    ON CONFLICT (user_id, category, channel) DO UPDATE SET wanted = excluded.wanted, updated_at = now()
      WHERE p.wanted <> excluded.wanted
    RETURNING category, channel, wanted
  )
  INSERT INTO consent_events (user_id, category, channel, wanted, source, detail, ip, wording)
  SELECT $1, category, channel, wanted, $5, $6::jsonb, $7, $8 FROM changed ORDER BY category, channel`;

/**
 * Takes choices back: silence again. The history says what silence means there ($4), where that differs from
 * what was said.
 */
const FORGET = `
  WITH cells AS (
    SELECT * FROM unnest($2::text[], $3::text[], $4::boolean[]) AS c (category, channel, silence)
  ), gone AS (
    DELETE FROM preferences p USING cells c
    WHERE p.user_id = $1 AND p.category = c.category AND p.channel = c.channel
    RETURNING p.category, p.channel, p.wanted, c.silence
  )
  INSERT INTO consent_events (user_id, category, channel, wanted, source, detail, ip, wording)
  SELECT $1, category, channel, silence, $5, $6::jsonb, $7, $8 FROM gone WHERE wanted <> silence
  ORDER BY category, channel`;

const REFUSED_BY = `
  SELECT category FROM (
    SELECT DISTINCT ON (category) category, wanted, source FROM consent_events
     WHERE user_id = $1 AND channel = $2 ORDER BY category, id DESC
  ) last WHERE source = $3 AND NOT wanted`;

/** The only reader and writer of choices and of the history of consent. */
@Injectable()
export class PreferencesLedger {
  constructor(private readonly database: DataSource) {}

  /** Of many people at once; who never chose anything is not in the answer. */
  async choicesOf(
    userIds: readonly string[],
    from: Queryable = this.database,
  ): Promise<Map<string, Choices>> {
    if (userIds.length === 0) return new Map();
    const rows: (Change & { user_id: string })[] = await from.query(OF_PEOPLE, [userIds]);
    const cells = new Map<string, Change[]>();
    for (const row of rows) {
      const theirs = cells.get(row.user_id);
      if (theirs) theirs.push(row);
      else cells.set(row.user_id, [row]);
    }
    return new Map([...cells].map(([userId, theirs]) => [userId, choicesFrom(theirs)]));
  }

  /** Writes what changed, and its history, in one statement. Saying the same again changes nothing. */
  async record(tx: EntityManager, userId: string, changes: readonly Change[], origin: Origin): Promise<void> {
    if (changes.length > 0) await tx.query(RECORD, [userId, ...columnsOf(changes), ...valuesOf(origin)]);
  }

  /** Takes choices back; `wanted` is what silence means in that cell. */
  async forget(
    tx: EntityManager,
    userId: string,
    silences: readonly Change[],
    origin: Origin,
  ): Promise<void> {
    if (silences.length > 0) await tx.query(FORGET, [userId, ...columnsOf(silences), ...valuesOf(origin)]);
  }

  /** The categories of which the person's last word by this channel was a no, and from this source. */
  async refusedBy(
    source: ConsentSource,
    userId: string,
    channel: string,
    from: Queryable = this.database,
  ): Promise<string[]> {
    const rows: { category: string }[] = await from.query(REFUSED_BY, [userId, channel, source]);
    return rows.map(({ category }) => category);
  }

  /** The history stays as proof of what was allowed; what could tell more of the person than their id goes. */
  async anonymize(tx: EntityManager, userId: string): Promise<void> {
    await tx.query(`UPDATE consent_events SET detail = '{}', ip = NULL WHERE user_id = $1`, [userId]);
  }

  choices(userId: string): Promise<Preference[]> {
    return this.database.manager.find(Preference, {
      where: { userId },
      order: { category: 'ASC', channel: 'ASC' },
    });
  }

  history(userId: string): Promise<ConsentEvent[]> {
    return this.database.manager.find(ConsentEvent, { where: { userId }, order: { id: 'ASC' } });
  }
}

/** One row a cell: the last word counts, and one statement may not touch a row twice. */
function columnsOf(changes: readonly Change[]): [string[], string[], boolean[]] {
  const cells = new Map(changes.map((change) => [JSON.stringify([change.category, change.channel]), change]));
  const unique = [...cells.values()];
  return [unique.map((c) => c.category), unique.map((c) => c.channel), unique.map((c) => c.wanted)];
}

const valuesOf = ({ source, detail = {}, ip, wording }: Origin) => [
  source,
  JSON.stringify(detail),
  ip ?? null,
  wording ?? null,
];
