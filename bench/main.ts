import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Browsers } from './browsers.js';
import { runBulk } from './bulk.js';
import { addHistory } from './history.js';
import { CHANNELS, Journal } from './journal.js';
import { Load } from './load.js';
import { type Options, optionsOf, Usage } from './options.js';
import { addPeople } from './people.js';
import { type Phase, runPhase } from './phase.js';
import { hottestIn } from './profile.js';
import { bulkTable, comparison, type Findings, isClean, tableOf } from './report.js';
import { FOLDER, Ground, startSubject, type Subject } from './stack.js';
import { residentOf } from './usage.js';

const PROFILES = join(FOLDER, 'profiles');
/** How `npm start` runs the service; `npm run bench` passes it on. */
const SERVICE_FLAGS = (process.env['SERVICE_NODE_FLAGS'] ?? '').split(' ').filter(Boolean);
const SUBJECTS = {
  service: { name: 'service', file: 'dist/main.js' },
  floor: { name: 'floor', file: 'bench/floor.ts' },
} as const;

const say = (line: string) => console.error(line);

async function main(): Promise<number> {
  const options = optionsOf(process.argv.slice(2));
  const ground = await Ground.start(options);
  // The processes under test end when this one does; the servers would go on.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void ground.stop().finally(() => process.exit(130)));
  }
  try {
    say(
      `Node ${process.versions.node}, ${availableParallelism()} cores for everything; ${ground.versions}; ` +
        `${options.users} people, ${options.sockets} with a browser open`,
    );
    if (options.bulk > 0) return await bulk(ground, options);
    const shown = (name: keyof typeof SUBJECTS) =>
      measure(name, ground, options, (subject, database) => drive(name, subject, database, options));
    const floor = options.floor ? await shown('floor') : undefined;
    const service = await shown('service');
    const all = floor ? [floor, service] : [service];
    if (options.json)
      console.log(JSON.stringify({ options, versions: ground.versions, findings: all }, null, 2));
    else for (const findings of all) console.log(`\n${tableOf(findings)}`);
    if (floor && !options.json) console.log(comparison(service, floor));
    const [first] = service.phases;
    if (options.profile && first)
      console.log(hottestIn(PROFILES, { ...first, notifications: first.figures.sent }));
    return all.every(isClean) ? 0 : 1;
  } finally {
    await ground.stop();
  }
}

async function bulk(ground: Ground, options: Options): Promise<number> {
  const findings = await measure('service', ground, options, (subject, database) =>
    runBulk(subject, database, options.bulk),
  );
  console.log(options.json ? JSON.stringify({ options, findings }, null, 2) : `\n${bulkTable(findings)}`);
  if (options.profile) console.log(hottestIn(PROFILES, { ...findings, notifications: findings.people }));
  return findings.wrong === 0 ? 0 : 1;
}

/** Starts one with its people, and lets it show something. */
async function measure<T>(
  name: keyof typeof SUBJECTS,
  ground: Ground,
  options: Options,
  show: (subject: Subject, database: pg.Pool) => Promise<T>,
): Promise<T> {
  say(`Starting the ${name}...`);
  const profiled = options.profile && name === 'service';
  if (profiled) {
    rmSync(PROFILES, { recursive: true, force: true });
    mkdirSync(PROFILES, { recursive: true });
  }
  const subject = await startSubject(ground, {
    ...SUBJECTS[name],
    roles: name === 'service' ? options.roles : ['all'],
    settings: name === 'service' ? options.settings : {},
    flags: [...SERVICE_FLAGS, ...(profiled ? ['--cpu-prof', `--cpu-prof-dir=${PROFILES}`] : [])],
  });
  const database = new pg.Pool({ connectionString: subject.databaseUrl, max: 1 });
  try {
    await addPeople(database, options.users);
    if (options.history > 0) {
      say(`${name}: ${options.history} deliveries of the past`);
      await addHistory(database, options.history, options.users);
    }
    return await Promise.race([show(subject, database), subject.died()]);
  } finally {
    await database.end();
    await subject.stop();
  }
}

interface Step {
  readonly title: string;
  readonly count: number;
  readonly send: (load: Load, from: number, to: number) => Promise<void>;
}

function stepsOf({ warmUp, notifications, concurrency, atMost, rate, seconds }: Options): Step[] {
  const flatOut = (load: Load, from: number, to: number) => load.flatOut(from, to, concurrency, atMost);
  const steps = [
    { title: 'warm-up', count: warmUp, send: flatOut },
    {
      title: `flat out: ${notifications} notifications, ${concurrency} requests at once`,
      count: notifications,
      send: flatOut,
    },
    {
      title: `steady: ${rate} notifications a second for ${seconds} s`,
      count: rate * seconds,
      send: (load: Load, from: number, to: number) => load.steady(from, to, rate),
    },
  ];
  return steps.filter(({ count }) => count > 0);
}

async function drive(
  name: keyof typeof SUBJECTS,
  subject: Subject,
  database: pg.Pool,
  options: Options,
): Promise<Findings> {
  const steps = stepsOf(options);
  const total = steps.reduce((sum, { count }) => sum + count, 0);
  const journal = new Journal(total, options.users, options.sockets);
  subject.carrier.listen((message) => noteReceipts(journal, message));
  const load = new Load(subject, options, journal);
  const browsers = new Browsers(subject.url, subject.jwtSecret, journal);
  try {
    if (name === 'service') await assertPlanned(load, options.types.length);
    const [answering] = subject.watched;
    const before = residentOf(answering?.pid ?? 0);
    await browsers.open(options.sockets);
    const grownMiB = residentOf(answering?.pid ?? 0) - before;
    const phases: Phase[] = [];
    let from = 0;
    for (const { title, count, send } of steps) {
      const to = from + count;
      say(`${name}: ${title}`);
      const range = { title, from, to, journal, database };
      const watched = [...subject.watched, { name: 'driver', pid: process.pid }];
      phases.push(await runPhase({ ...range, watched, send: () => send(load, range.from, to) }));
      from = to;
    }
    return {
      name,
      phases: phases.filter(({ title }) => title !== 'warm-up'),
      doubled: CHANNELS.reduce((sum, channel) => sum + journal.doubled[channel], 0),
      misdirected: journal.misdirected,
      strangers: journal.strangers,
      brokenConnections: browsers.lost,
      browsers: { count: options.sockets, grownMiB },
      refusals: Object.fromEntries(load.refused),
      rows: await rowsIn(database),
    };
  } finally {
    browsers.close();
    load.close();
  }
}

/** A plan that skips a channel would look like a loss. */
async function assertPlanned(load: Load, types: number): Promise<void> {
  for (let seq = 0; seq < types; seq += 1) {
    const { status, body } = await load.dryRun(seq);
    const skipped = /"status":"skipped"/.test(body);
    if (status !== 200 || skipped) throw new Error(`This would not be sent everywhere: ${status} ${body}`);
  }
}

function noteReceipts(journal: Journal, { receipts = [] }: { receipts?: number[] }): void {
  for (let at = 0; at < receipts.length; at += 4) {
    const [channel, seq = -1, person = -1, time = 0] = receipts.slice(at, at + 4);
    journal.receive(channel === 0 ? 'sms' : 'email', seq < 0 ? undefined : seq, person, time);
  }
}

async function rowsIn(database: pg.Pool): Promise<Record<string, number>> {
  const { rows } = await database.query<{ what: string; count: number }>(
    `SELECT 'notifications' AS what, count(*)::int AS count FROM notifications
     UNION ALL (SELECT channel || ' ' || status, count(*)::int FROM deliveries GROUP BY channel, status ORDER BY 1)`,
  );
  return Object.fromEntries(rows.map(({ what, count }) => [what, count]));
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof Usage) {
    (error.exitCode === 0 ? console.log : console.error)(error.message);
    process.exitCode = error.exitCode;
  } else {
    console.error(error);
    process.exitCode = 1;
  }
}
