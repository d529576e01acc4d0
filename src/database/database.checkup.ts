import { Injectable, Module } from '@nestjs/common';
import type pg from 'pg';
import { bad, Checkup, type Finding, good, warning } from '../checkups/checkup.js';
import { CheckupsModule } from '../checkups/checkups.module.js';
import { ConfigurationError } from '../config/settings.js';
import { migrationClasses } from './migration-files.js';
import { ShortConnection } from './short.connection.js';

const OLDEST = 140_000;
/** Milliseconds. */
const SLOW = 20;
const SKEWED = 2000;
const ROUNDS = 3;

/** Postgres, and its clock, which decides everything. */
@Injectable()
class DatabaseCheckup extends Checkup {
  override readonly subject = 'Database';

  constructor(private readonly connection: ShortConnection) {
    super();
  }

  override async check(): Promise<Finding[]> {
    try {
      return await this.connection.use(async (client) => [
        await version(client),
        await migrations(client),
        ...(await latencyAndClock(client)),
      ]);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      const [problem] = error.problems;
      const says = `${problem?.env ?? ''} ${problem?.message ?? ''}`;
      return [bad('database.unreachable', says, 'Start Postgres, or correct DATABASE_URL.')];
    }
  }
}

/** Needs the settings, and no database that answers. */
@Module({
  imports: [CheckupsModule],
  providers: [ShortConnection, DatabaseCheckup],
  exports: [ShortConnection, CheckupsModule],
})
export class DatabaseCheckupModule {}

async function version(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ number: number; words: string }>(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS words`,
  );
  const { number = 0, words = '' } = rows[0] ?? {};
  const says = `Postgres ${words.split(' ', 1)[0] ?? ''} answers.`;
  return number < OLDEST
    ? bad('database.version', says, 'Postgres 14 or later is needed: upgrade it.')
    : good('database.version', says);
}

async function migrations(client: pg.Client): Promise<Finding> {
  const known = migrationClasses().map((migration) => new migration().name ?? '');
  const found = await client
    .query<{ name: string }>('SELECT name FROM migrations')
    .catch(() => ({ rows: [] as { name: string }[] }));
  const ran = new Set(found.rows.map(({ name }) => name));
  const missing = known.filter((name) => !ran.has(name));
  if (missing.length === 0) return good('database.migrations', `All ${known.length} migrations have run.`);
  const says = `${missing.length} of ${known.length} migrations have not run yet.`;
  return warning('database.migrations', says, 'The next start runs them.');
}

/** The quickest of some rounds: a busy machine is no slow database. */
async function latencyAndClock(client: pg.Client): Promise<Finding[]> {
  let best = { took: Infinity, skew: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = Date.now();
    const { rows } = await client.query<{ now: number }>(
      `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`,
    );
    const took = Date.now() - before;
    if (took < best.took) best = { took, skew: Math.round((rows[0]?.now ?? 0) - (before + took / 2)) };
  }
  const answers = `It answers within ${best.took} ms.`;
  const clock = `Its clock is ${best.skew} ms from the one of this machine.`;
  const near = 'Run the service near its database: each notification asks it several times.';
  return [
    best.took > SLOW ? warning('database.latency', answers, near) : good('database.latency', answers),
    Math.abs(best.skew) > SKEWED
      ? warning('database.clock', clock, 'Set both clocks by NTP: tokens and callbacks go by this one.')
      : good('database.clock', clock),
  ];
}
