import type { EntityManager } from 'typeorm';

/** What is kept for its own time: the words that people read, and the rows that say that there were some. */
export type Term = 'content' | 'metadata';
export const TERMS = ['content', 'metadata'] as const satisfies Term[];

/** Rows by the name of their table. */
export type Counts = Readonly<Record<string, number>>;

export type Queryable = Pick<EntityManager, 'query'>;

/** The most rows that one statement takes: so long are they locked. */
export const BATCH = 200;

/**
 * Two statements on what is older than `$1` days by the database's clock. Each answers with one row, a number for each
 * table that it is about.
 */
export interface Statements {
  /** How many are due. */
  readonly due: string;
  /** Takes the oldest of them that nobody holds at this moment, no more than `BATCH`. */
  readonly take: string;
}

/** What a folder keeps for a time. To be a provider of any module is enough to be asked. */
export abstract class Retained {
  /** A term that is left out is not over before its rows go by other ways. */
  protected abstract readonly statements: Readonly<Partial<Record<Term, Statements>>>;

  /** How many rows are due to lose their words, or to go. */
  due(term: Term, on: Queryable, days: number): Promise<Counts> {
    return ask(on, this.statements[term]?.due, days);
  }

  /** Takes one batch, in a transaction of its own. Returns what it took; zeros when nothing is left. */
  take(term: Term, on: Queryable, days: number): Promise<Counts> {
    return ask(on, this.statements[term]?.take, days);
  }
}

async function ask(on: Queryable, text: string | undefined, days: number): Promise<Counts> {
  if (text === undefined) return {};
  const [row = {}] = await on.query<Counts[]>(text, [days]);
  return row;
}

/** Older than `$1` days. */
export const isOver = (since: string) => `${since} < now() - make_interval(days => $1)`;

/**
 * The beginning of a statement that takes a batch: `due`, the ids of the oldest rows that nobody holds.
 * @param table with an alias where the others need one
 */
export const oldest = (table: string, since: string, condition: string) => `
  WITH due AS MATERIALIZED (
    SELECT id FROM ${table} WHERE ${condition} AND ${isOver(since)}
     ORDER BY ${since} LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)`;

/**
 * For a table whose rows have `erased_at`: they lose their words, and go later.
 * @param set what erases the words, as `body = NULL`
 */
export function erasedAndDeleted(table: string, since: string, set: string): Record<Term, Statements> {
  const counted = `SELECT count(*)::int AS ${table} FROM`;
  const found = `id = ANY(ARRAY(SELECT id FROM due))`;
  return {
    content: {
      due: `${counted} ${table} WHERE erased_at IS NULL AND ${isOver(since)}`,
      take: `${oldest(table, since, 'erased_at IS NULL')},
        taken AS (UPDATE ${table} SET ${set}, erased_at = now() WHERE ${found} RETURNING id)
        ${counted} taken`,
    },
    metadata: {
      due: `${counted} ${table} WHERE ${isOver(since)}`,
      take: `${oldest(table, since, 'erased_at IS NOT NULL')},
        taken AS (DELETE FROM ${table} WHERE ${found} RETURNING id)
        ${counted} taken`,
    },
  };
}

/** For a table that is only added to and numbered: its first rows are its oldest, so that it needs no index for this. */
export function deletedFromTheFirst(table: string, since: string): Statements {
  const counted = `SELECT count(*)::int AS ${table} FROM`;
  return {
    due: `${counted} ${table} WHERE ${isOver(since)}`,
    take: `
      WITH first AS MATERIALIZED (
        SELECT id, ${since} FROM ${table} ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED),
      taken AS (
        DELETE FROM ${table} WHERE id = ANY(ARRAY(SELECT id FROM first WHERE ${isOver(since)})) RETURNING id)
      ${counted} taken`,
  };
}
