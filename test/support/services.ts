import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { EmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { migrate } from '../../src/database/migrations.js';
import { EmbeddedRedis } from '../../src/queue/embedded-redis.js';
import { installRedis } from './install-redis.js';
import { buildWeb } from '../../scripts/project.mjs';
import { TEMPLATE } from './provided.js';

/** Of every folder of a test run, with the number of its process behind. */
export const PREFIX = 'laundryconnect-tests-';

/** A crash of the tests may lose the data, so nothing waits for the disk. */
const FAST = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_connections: '300',
};

/** Before all test files: one Postgres with a migrated template database, and one Redis where there can be one. */
export default async function startServices(project: TestProject): Promise<() => Promise<void>> {
  await Promise.all([removeLeftovers(), buildWeb()]);
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // Run by root, Postgres has another account, which must get through.
  chmodSync(folder, 0o711);
  const postgres = await EmbeddedPostgres.start({ folder: join(folder, 'postgres'), settings: FAST });
  await migrate(await postgres.ensureDatabase(TEMPLATE));
  installRedis();
  const redis = await EmbeddedRedis.start({ folder: join(folder, 'redis'), databases: 5000 });

  project.provide('postgresUrl', postgres.url());
  project.provide('redisUrl', redis?.url());
  return async () => {
    await redis?.stop();
    await postgres.destroy();
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Runs that were killed leave their servers behind. */
async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    if (isAlive(Number(name.slice(PREFIX.length).split('-')[0]))) continue;
    const folder = join(tmpdir(), name);
    const redis = await EmbeddedRedis.start({ folder: join(folder, 'redis') });
    await redis?.stop();
    await (await EmbeddedPostgres.start({ folder: join(folder, 'postgres') })).destroy();
    rmSync(folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
