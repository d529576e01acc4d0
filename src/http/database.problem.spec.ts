import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/databases.js';
import { postgresOptions } from '../database/data-source.js';
import { databaseProblem, sqlStateOf } from './database.problem.js';

let database: TestDatabase;
let db: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  db = await open(database.url);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const open = (url: string) =>
  new DataSource({
    ...postgresOptions({ url, poolSize: 2 }),
    connectTimeoutMS: 200,
    poolErrorHandler: () => undefined,
  }).initialize();

/** What the work throws; a test that expects a failure fails when there is none. */
async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error,
  );
}

describe('a failure of Postgres', () => {
  it('is worth a repetition when somebody was erased between look-up and insert', async () => {
    const error = await failure(db.query(`INSERT INTO preferences VALUES ('gone', 'order', 'any', true)`));
    expect(databaseProblem(error)).toMatchObject({ status: 503 });
  });

  it('is a database that cannot be reached when the server ends the session', async () => {
    const error = await failure(db.query('SELECT pg_terminate_backend(pg_backend_pid())'));
    expect(databaseProblem(error)).toMatchObject({
      status: 503,
      code: 'database.unavailable',
      headers: { 'Retry-After': '2' },
    });
  });

  it('is one when nobody listens', async () => {
    const nowhere = new URL(database.url);
    nowhere.port = '1';
    expect(databaseProblem(await failure(open(nowhere.href)))?.code).toBe('database.unavailable');
  });

  it('is one when the database is gone', async () => {
    const other = await createTestDatabase();
    const gone = await open(other.url);
    await other.drop();
    const error = await failure(gone.query('SELECT 1').then(() => gone.query('SELECT 1')));
    expect(databaseProblem(error)?.code).toBe('database.unavailable');
    await gone.destroy();
  });

  it('is one when every connection is busy for too long', async () => {
    const runners = [db.createQueryRunner(), db.createQueryRunner()];
    await Promise.all(runners.map((runner) => runner.connect()));
    expect(databaseProblem(await failure(db.query('SELECT 1')))?.code).toBe('database.unavailable');
    await Promise.all(runners.map((runner) => runner.release()));
  });

  it('is a busy one when a lock is not given in time', async () => {
    const error = await failure(
      db.transaction(async (tx) => {
        await tx.query(`SET LOCAL statement_timeout = '20ms'`);
        await tx.query('SELECT pg_sleep(5)');
      }),
    );
    expect(databaseProblem(error)).toMatchObject({ status: 503, code: 'database.busy' });
  });

  it('is a bad text when it cannot be stored', async () => {
    const error = await failure(db.query(`SELECT $1::text`, ['a\0b']));
    expect(databaseProblem(error)).toMatchObject({ status: 422, code: 'text.unstorable' });
  });

  it('is our mistake in any other case', async () => {
    const error = await failure(db.query('SELECT nothing'));
    expect(sqlStateOf(error)).toBe('42703');
    expect(databaseProblem(error)).toBeUndefined();
  });
});

it('what is no failure of Postgres is left to others', () => {
  for (const thrown of [new Error('no'), undefined, null, 'text', { code: 'ENOENT' }]) {
    expect(databaseProblem(thrown)).toBeUndefined();
  }
});
