import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from './domain.error.js';
import { Seek } from './page.js';
import type { PageQuery } from './page.dto.js';

const COLUMNS = [
  { sql: 'n.kind', type: 'text' },
  { sql: 'n.id', type: 'bigint' },
] as const;

interface Row {
  readonly kind: string;
  readonly id: number;
}

/** Does what the database would do with the SQL of a Seek. */
function answer(all: readonly Row[], query: Pick<PageQuery, 'limit' | 'cursor' | 'page'>) {
  const seek = new Seek(query, COLUMNS, 'ASC');
  const ascending = seek.tail.includes('n.id ASC');
  const offset = Number(/OFFSET (\d+)/.exec(seek.tail)?.[1]);
  const [kind, id] = seek.values;
  const sign = (row: Row) => (row.kind === kind ? row.id - Number(id) : row.kind < String(kind) ? -1 : 1);
  const rows = all
    .filter((row) => kind === undefined || (ascending ? sign(row) > 0 : sign(row) < 0))
    .sort((a, b) => (ascending ? 1 : -1) * (a.kind === b.kind ? a.id - b.id : a.kind < b.kind ? -1 : 1))
    .slice(offset, offset + query.limit + 1);
  return seek.page(
    '/api/things/?type=a%20b&limit=2',
    rows,
    ({ kind, id }) => [kind, id],
    seek.counted ? all.length : undefined,
  );
}

const parametersOf = (path: string) => Object.fromEntries(new URL(path, 'http://any').searchParams);
const cursorOf = (path: string | null) => parametersOf(path ?? '').cursor ?? '';

const things = (count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({ kind: index % 2 ? 'b' : 'a', id: index }));

describe('a list', () => {
  it('is walked forwards and backwards without a gap, whatever its length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 1, max: 7 }), (count, limit) => {
        const all = things(count);
        const forwards: Row[][] = [];
        let page = answer(all, { limit });
        for (forwards.push([...page.results]); page.next; forwards.push([...page.results])) {
          page = answer(all, { limit, cursor: cursorOf(page.next) });
        }
        const backwards = [[...page.results]];
        while (page.previous) {
          page = answer(all, { limit, cursor: cursorOf(page.previous) });
          backwards.unshift([...page.results]);
        }
        expect(forwards.flat()).toHaveLength(count);
        expect(backwards).toEqual(forwards);
      }),
    );
  });

  it('links to its neighbours with all other parameters of the request', () => {
    const page = answer(things(5), { limit: 2 });
    expect(page.next).toMatch(/^\/api\/things\/\?/);
    expect(parametersOf(page.next ?? '')).toMatchObject({ type: 'a b', limit: '2' });
    expect(page.previous).toBeNull();
    expect(page).not.toHaveProperty('count');
  });

  it('is counted when it is asked for by page number', () => {
    const page = answer(things(5), { limit: 2, page: 2 });
    expect(page.count).toBe(5);
    expect(page.results).toHaveLength(2);
    expect(parametersOf(page.next ?? '').page).toBe('3');
    expect(parametersOf(page.previous ?? '').page).toBe('1');
  });
});

describe('a cursor', () => {
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const refusal = (cursor: string) => {
    try {
      new Seek({ limit: 2, cursor }, COLUMNS, 'ASC');
      return undefined;
    } catch (error) {
      return error;
    }
  };

  it.each([
    ['no base64', '%%%'],
    ['no JSON', 'bm8'],
    ['of another list', encoded(['f', '1'])],
    ['with more than was asked', encoded(['f', 'a', '1', '2'])],
    ['with no number where one belongs', encoded(['f', 'a', '1; DROP TABLE users'])],
    ['with a NUL', encoded(['f', 'a\0', '1'])],
    ['without direction', encoded(['x', 'a', '1'])],
  ])('that is %s is unreadable', (_, cursor) => {
    expect(refusal(cursor)).toMatchObject({ status: 400, code: 'page.unreadable-cursor' });
  });

  it('never fails in another way, whatever it is', () => {
    const wild = fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue().map(encoded));
    fc.assert(
      fc.property(wild, (cursor) => {
        const error = refusal(cursor);
        return error === undefined || error instanceof DomainError;
      }),
    );
  });
});
