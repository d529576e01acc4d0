import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import pg from 'pg';
import { inject } from 'vitest';
import { TEMPLATE } from './provided.js';

export interface TestDatabase {
  readonly url: string;
  /** Ends what is still connected. */
  drop(): Promise<void>;
}

/** A database of one's own with the whole schema and no rows, in some 40 ms; `{ migrated: false }` is quite empty. */
export async function createTestDatabase({ migrated = true } = {}): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(`CREATE DATABASE ${name} TEMPLATE ${migrated ? TEMPLATE : 'template1'}`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = name;
  return { url: url.href, drop: () => administer(`DROP DATABASE ${name} WITH (FORCE)`) };
}

async function administer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** For `describe.skipIf(!hasRedis)`: the summary names what was skipped. */
export const hasRedis = inject('redisUrl') !== undefined;

/** The URL of an empty Redis database that nobody else uses. */
export async function testRedis(): Promise<string> {
  const url = inject('redisUrl');
  if (url === undefined)
    throw new Error('There is no Redis here: guard the test with describe.skipIf(!hasRedis).');
  const client = new Redis(url);
  const number = await client.incr('last-database');
  await client.quit();
  const own = new URL(url);
  own.pathname = String(number);
  return own.href;
}
