import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DomainError } from './domain.error.js';
import type { PageQuery } from './page.dto.js';

/** One page of a list; `next` and `previous` are paths that keep the other query parameters. */
export interface Page<T> {
  readonly results: readonly T[];
  readonly next: string | null;
  readonly previous: string | null;
  /** How many there are in all; only for `?page=N`. */
  readonly count?: number;
}

/** A column that a list is ordered by; together they must be unique (end with the id). */
export interface KeyColumn {
  /** As in the SQL: `n.id`. */
  readonly sql: string;
  readonly type: keyof typeof FORMS;
}

type Asked = Pick<PageQuery, 'limit' | 'cursor' | 'page'>;

type Key = readonly (string | number)[];

/** What a value of a cursor must look like, so that a tampered one never reaches the database. */
const FORMS = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  bigint: /^-?\d{1,18}$/,
  timestamptz: /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d(:?\d\d)?)$/,
  // Anything but NUL, which Postgres cannot hold.
  text: /^[^\0]{0,300}$/u,
} as const;

/** The path and query by which the list was asked for. */
export const RequestUrl = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<FastifyRequest>().originalUrl,
);

/**
 * The SQL of a keyset page, and the page made of its rows:
 *
 *     const seek = new Seek(query, [{ sql: 'n.id', type: 'uuid' }], 'DESC');
 *     const rows = await db.query(`SELECT ... WHERE n.user_id = $1 AND ${seek.where(2)} ${seek.tail}`, [user, ...seek.values]);
 *     return seek.page(url, rows, (row) => [row.id], seek.counted ? await this.count(user) : undefined);
 */
export class Seek {
  /** Parameters of `where`, in their order. */
  readonly values: Key;
  /** ORDER BY, LIMIT and OFFSET: one row more than asked tells whether there is a next page. */
  readonly tail: string;
  /** The caller asked by page number and wants the count of all. */
  readonly counted: boolean;
  private readonly backwards: boolean;
  private readonly forward: 'ASC' | 'DESC';

  constructor(
    private readonly query: Asked,
    private readonly columns: readonly KeyColumn[],
    order: 'ASC' | 'DESC',
  ) {
    const place = query.cursor === undefined ? undefined : decode(query.cursor, columns);
    this.counted = query.page !== undefined && place === undefined;
    this.backwards = place?.backwards ?? false;
    this.values = place?.key ?? [];
    this.forward = this.backwards === (order === 'ASC') ? 'DESC' : 'ASC';
    const offset = this.counted ? ((query.page ?? 1) - 1) * query.limit : 0;
    this.tail =
      `ORDER BY ${columns.map(({ sql }) => `${sql} ${this.forward}`).join(', ')} ` +
      `LIMIT ${query.limit + 1} OFFSET ${offset}`;
  }

  /** The condition that begins behind the cursor; `from` is the number of its first parameter. */
  where(from: number): string {
    if (this.values.length === 0) return 'TRUE';
    const names = this.columns.map(({ sql }) => sql).join(', ');
    const places = this.columns.map(({ type }, index) => `$${from + index}::${type}`).join(', ');
    return `(${names}) ${this.forward === 'ASC' ? '>' : '<'} (${places})`;
  }

  page<T>(url: string, rows: readonly T[], keyOf: (row: T) => Key, count?: number): Page<T> {
    const more = rows.length > this.query.limit;
    const kept = rows.slice(0, this.query.limit);
    if (this.counted) return this.numbered(url, kept, more, count ?? kept.length);
    const results = this.backwards ? kept.reverse() : kept;
    const [first, last] = [results[0], results.at(-1)];
    const came = this.values.length > 0;
    const link = (row: T | undefined, backwards: boolean, exists: boolean) =>
      row === undefined || !exists
        ? null
        : withParameters(url, { cursor: encode({ key: keyOf(row), backwards }) });
    return {
      results,
      next: link(last, false, this.backwards || more),
      previous: link(first, true, this.backwards ? more : came),
    };
  }

  private numbered<T>(url: string, results: readonly T[], more: boolean, count: number): Page<T> {
    const { page = 1 } = this.query;
    const link = (to: number) => withParameters(url, { page: String(to) });
    return { results, next: more ? link(page + 1) : null, previous: page > 1 ? link(page - 1) : null, count };
  }
}

interface Place {
  readonly key: Key;
  readonly backwards: boolean;
}

const encode = ({ key, backwards }: Place) =>
  Buffer.from(JSON.stringify([backwards ? 'b' : 'f', ...key.map(String)])).toString('base64url');

function decode(cursor: string, columns: readonly KeyColumn[]): Place {
  const [direction, ...key] = parse(cursor);
  const fits = columns.every(({ type }, index) => {
    const value = key[index];
    return typeof value === 'string' && FORMS[type].test(value);
  });
  if (!fits || key.length !== columns.length || (direction !== 'f' && direction !== 'b')) throw unreadable();
  return { key: key as string[], backwards: direction === 'b' };
}

function parse(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

const unreadable = () =>
  new DomainError({
    status: 400,
    code: 'page.unreadable-cursor',
    detail: 'The cursor cannot be read: follow `next` or `previous` as they were given, or leave it out.',
    errors: [{ pointer: '/cursor', code: 'page.unreadable-cursor', detail: 'cursor cannot be read' }],
  });

function withParameters(url: string, changed: Readonly<Record<string, string>>): string {
  const { pathname, searchParams } = new URL(url, 'http://any');
  searchParams.delete('cursor');
  searchParams.delete('page');
  for (const [name, value] of Object.entries(changed)) searchParams.set(name, value);
  return `${pathname}?${searchParams.toString()}`;
}
