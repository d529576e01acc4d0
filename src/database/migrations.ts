import pg from 'pg';
import type { DataSource } from 'typeorm';
import { dataSourceOf } from './data-source.js';
import { assertReachable } from './reachable.js';

/** Any number, as long as nobody else locks by it in this database. */
const LOCK = 1_795_442_400;

/**
 * Brings the schema up to date, each migration in a transaction of its own, and returns the names of those that ran.
 * Instances that start together wait for one another.
 * @throws ConfigurationError when the database cannot be reached
 */
export async function migrate(url: string): Promise<string[]> {
  return alone(url, async (source) => (await source.runMigrations()).map(({ name }) => name));
}

/** Takes back the last migrations, newest first, and returns their names. */
export async function revert(url: string, steps = 1): Promise<string[]> {
  return alone(url, async (source) => {
    const reverted: string[] = [];
    for (let step = 0; step < steps; step += 1) {
      const [last] = await executed(source);
      if (last === undefined) break;
      await source.undoLastMigration();
      reverted.push(last);
    }
    return reverted;
  });
}

async function executed(source: DataSource): Promise<string[]> {
  const rows = await source.query<{ name: string }[]>('SELECT name FROM migrations ORDER BY id DESC');
  return rows.map(({ name }) => name);
}

/** The lock hangs on a connection of its own: whoever dies in the middle lets go of it. */
async function alone<T>(url: string, work: (source: DataSource) => Promise<T>): Promise<T> {
  await assertReachable(url);
  const guard = new pg.Client({ connectionString: url });
  guard.on('error', () => undefined);
  const source = dataSourceOf(url);
  try {
    await guard.connect();
    await guard.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await source.initialize();
    return await work(source);
  } finally {
    if (source.isInitialized) await source.destroy();
    await guard.end();
  }
}
