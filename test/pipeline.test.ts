import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatabaseSettings } from '../src/database/database.settings.js';
import { Reads, Writes } from '../src/database/pipeline.js';
import { createTestDatabase, type TestDatabase } from './support/databases.js';

describe('a pipeline', () => {
  let database: TestDatabase;
  let reads: Reads;
  beforeAll(async () => {
    database = await createTestDatabase();
    reads = new Reads(new DatabaseSettings({ DATABASE_URL: database.url }));
  });
  afterAll(async () => {
    await reads.onApplicationShutdown();
    await database.drop();
  });

  const backend = async () => {
    const [row] = await reads.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
    return row?.pid;
  };

  it('answers each of many statements with its own rows, over one connection', async () => {
    const asked = Array.from({ length: 200 }, (_, n) =>
      reads.query<{ n: number; pid: number }[]>('SELECT $1::int AS n, pg_backend_pid() AS pid', [n]),
    );
    const answers = (await Promise.all(asked)).flat();
    expect(answers.map(({ n }) => n)).toEqual(answers.map((_, n) => n));
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(1);
  });

  it('lets a statement fail alone', async () => {
    const [before, failed, after] = await Promise.allSettled([
      reads.query('SELECT 1 / $1::int AS half', [2]),
      reads.query('SELECT 1 / $1::int AS half', [0]),
      reads.query('SELECT 1 / $1::int AS half', [1]),
    ]);
    expect(before).toMatchObject({ status: 'fulfilled', value: [{ half: 0 }] });
    expect(failed).toMatchObject({ status: 'rejected', reason: { code: '22012' } });
    expect(after).toMatchObject({ status: 'fulfilled', value: [{ half: 1 }] });
  });

  it('connects anew after its connection was lost; what was under way says so', async () => {
    const first = await backend();
    const underway = expect(reads.query('SELECT pg_sleep(60)')).rejects.toThrow(/terminat/);
    const other = new pg.Client({ connectionString: database.url });
    await other.connect();
    await other.query('SELECT pg_terminate_backend($1)', [first]);
    await other.end();
    await underway;
    expect(await backend()).not.toBe(first);
  });

  it('gives a connection up that does not answer in time', async () => {
    const first = await backend();
    const slow = expect(reads.query('SELECT pg_sleep(60)')).rejects.toThrow('Query read timeout');
    const behind = expect(reads.query('SELECT 1')).rejects.toThrow();
    await Promise.all([slow, behind]);
    expect(await backend()).not.toBe(first);
  });

  it('fails at once where no database listens', async () => {
    const nowhere = new Writes(new DatabaseSettings({ DATABASE_URL: 'postgres://a:b@127.0.0.1:1/none' }));
    await expect(nowhere.query('SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await nowhere.onApplicationShutdown();
  });
});
