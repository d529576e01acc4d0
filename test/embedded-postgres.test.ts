import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EmbeddedPostgres } from '../src/database/embedded-postgres.js';

let folder: string;
let server: EmbeddedPostgres | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'laundryconnect-postgres-'));
  // Run by root, Postgres has another account, which must get through.
  chmodSync(folder, 0o711);
});

afterEach(async () => {
  await server?.destroy();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const start = async (say?: (line: string) => void) =>
  (server = await EmbeddedPostgres.start({ folder: join(folder, 'pg'), ...(say && { say }) }));

async function ask<T>(url: string, sql: string): Promise<T | undefined> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ value: T }>(sql);
    return rows[0]?.value;
  } finally {
    await client.end();
  }
}

const pidOf = (port: number) => {
  const [pid, , , listening] = readFileSync(join(folder, 'pg', 'data', 'postmaster.pid'), 'utf8').split('\n');
  expect(Number(listening)).toBe(port);
  return Number(pid);
};

test('keeps its data from one start to the next, and says once what takes a while', async () => {
  const said: string[] = [];
  const first = await start((line) => said.push(line));
  await ask(await first.ensureDatabase('shop'), `CREATE TABLE t AS SELECT 'still here' AS value`);
  await first.stop();
  const second = await start((line) => said.push(line));
  expect(await ask(await second.ensureDatabase('shop'), 'SELECT value FROM t')).toBe('still here');
  expect(second.adopted).toBe(false);
  expect(said).toEqual(['Creating the database...']);
});

test('compares text in the same way on every machine', async () => {
  const url = (await start()).url();
  expect(await ask(url, `SELECT lower('ÄÉ') AS value`)).toBe('äé');
  expect(
    await ask(url, `SELECT string_agg(x, '' ORDER BY x) AS value FROM (VALUES ('a'), ('B'), ('é')) t (x)`),
  ).toBe('Baé');
  expect(await ask(url, `SELECT current_setting('timezone') AS value`)).toBe('UTC');
});

test('takes over a server that a killed run has left', async () => {
  const left = await start();
  const again = await start();
  expect(again.adopted).toBe(true);
  expect(again.port).toBe(left.port);
  await again.stop();
  await expect(ask(left.url(), 'SELECT 1 AS value')).rejects.toThrow(/ECONNREFUSED/);
});

test('starts after a crash of the server itself, with all that was committed', async () => {
  const first = await start();
  await ask(await first.ensureDatabase('shop'), `CREATE TABLE t AS SELECT 'committed' AS value`);
  process.kill(pidOf(first.port), 'SIGKILL');
  await vi.waitUntil(() =>
    ask(first.url(), 'SELECT 1 AS value').then(
      () => false,
      () => true,
    ),
  );
  const second = await start();
  expect(await ask(second.url('shop'), 'SELECT value FROM t')).toBe('committed');
});

test('lets nobody in without its password, and listens to this machine only', async () => {
  const postgres = await start();
  const { port } = postgres;
  const url = postgres.url();
  const guess = `postgres://postgres:guess@127.0.0.1:${port}/postgres`;
  await expect(ask(guess, 'SELECT 1 AS value')).rejects.toThrow(/password authentication failed/);
  expect(await ask(url, `SELECT current_setting('listen_addresses') AS value`)).toBe('127.0.0.1');
  expect(await ask(url, `SELECT current_setting('unix_socket_directories') AS value`)).toBe('');
});
