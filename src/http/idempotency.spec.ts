import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/databases.js';
import { postgresOptions } from '../database/data-source.js';
import { hashOf, Idempotency } from './idempotency.js';

let database: TestDatabase;
let db: DataSource;
const idempotency = new Idempotency();

beforeAll(async () => {
  database = await createTestDatabase();
  db = await new DataSource(postgresOptions({ url: database.url, poolSize: 5 })).initialize();
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});
beforeEach(() => db.query('TRUNCATE idempotency_keys'));

const HASH = hashOf('POST /things', { a: 1 });
const done = (id: number) => () => Promise.resolve({ status: 202, body: { id } });
const run = (work: () => Promise<{ status: number; body: unknown }>, key = 'k1', hash = HASH) =>
  db.transaction((tx) => idempotency.run(tx, 'service:shop', key, hash, work));

/** A promise to be settled from outside. */
function gate() {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open: () => open() };
}

describe('a request with a key', () => {
  it('is worked once, and answered again with the first answer', async () => {
    const again = vi.fn(done(2));
    expect(await run(done(1))).toEqual({ status: 202, body: { id: 1 }, replayed: false });
    expect(await run(again)).toEqual({ status: 202, body: { id: 1 }, replayed: true });
    expect(again).not.toHaveBeenCalled();
  });

  it('is another one for another caller, and without a key', async () => {
    await run(done(1));
    const other = await db.transaction((tx) => idempotency.run(tx, 'service:other', 'k1', HASH, done(2)));
    expect(other.replayed).toBe(false);
    const keyless = await db.transaction((tx) =>
      idempotency.run(tx, 'service:shop', undefined, HASH, done(4)),
    );
    expect(keyless).toMatchObject({ body: { id: 4 }, replayed: false });
  });

  it('must say the same again', async () => {
    await run(done(1));
    await expect(run(done(2), 'k1', hashOf('POST /things', { a: 2 }))).rejects.toMatchObject({
      status: 422,
      code: 'idempotency.key-reused',
    });
  });

  it('that failed is forgotten, so that it may be repeated', async () => {
    await expect(run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await run(done(2))).toMatchObject({ body: { id: 2 }, replayed: false });
  });

  it('waits for a rival and gives its answer', async () => {
    const { passed, open } = gate();
    const first = run(() => passed.then(done(1)));
    await vi.waitFor(async () => expect(await waiting('Client')).toBeGreaterThan(0));
    const second = run(done(2));
    await vi.waitFor(async () => expect(await waiting('Lock')).toBe(1));
    open();
    expect((await first).replayed).toBe(false);
    expect(await second).toMatchObject({ body: { id: 1 }, replayed: true });
  });

  it('waits no longer than three seconds', async () => {
    const { passed, open } = gate();
    const first = run(() => passed.then(done(1)));
    await vi.waitFor(async () => expect(await waiting('Client')).toBeGreaterThan(0));
    await expect(run(done(2))).rejects.toMatchObject({
      status: 409,
      code: 'idempotency.in-progress',
      headers: { 'Retry-After': '1' },
    });
    open();
    await first;
  });

  it.each(['', ' ', 'a\n', 'ключ', 'x'.repeat(256)])('has one that can be kept, not %j', async (key) => {
    await expect(run(done(1), key)).rejects.toMatchObject({ status: 400, code: 'idempotency.bad-key' });
  });

  it('is forgotten after 72 hours', async () => {
    await run(done(1), 'old');
    await run(done(1), 'new');
    await db.query(`UPDATE idempotency_keys SET created_at = now() - interval '73 hours' WHERE key = 'old'`);
    expect(await idempotency.forgetOld(db)).toBe(1);
    expect(await db.query('SELECT key FROM idempotency_keys')).toEqual([{ key: 'new' }]);
  });

  /** Sessions of this database within a transaction that wait for their client, or for a lock. */
  async function waiting(type: 'Client' | 'Lock'): Promise<number> {
    const [row]: { count: number }[] = await db.query(
      `SELECT count(*)::int AS count FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND wait_event_type = $1
         AND state IN ('active', 'idle in transaction')`,
      [type],
    );
    return row?.count ?? 0;
  }
});

describe('the hash of a request', () => {
  it('knows no order of fields, and no absent ones', () => {
    expect(hashOf('r', { a: 1, b: { c: [1, 2], d: undefined } })).toBe(
      hashOf('r', { b: { c: [1, 2] }, a: 1 }),
    );
  });

  it.each<[unknown, unknown]>([
    [{ a: 1 }, { a: '1' }],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: null }, {}],
    [{ 'a":1,"b': 2 }, { a: 1, b: 2 }],
    ['1', 1],
  ])('tells %j from %j', (a, b) => {
    expect(hashOf('r', a)).not.toBe(hashOf('r', b));
    expect(hashOf('r', a)).not.toBe(hashOf('s', a));
  });
});
