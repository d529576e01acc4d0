import { type StdioOptions, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ConfigurationError } from '../config/settings.js';
import { type Place, placeFor } from './postgres-place.js';

interface EmbeddedPostgresOptions {
  /** Where data, password and log lie; made when missing. */
  readonly folder: string;
  /** Server settings beside our own, as in postgresql.conf; values without blanks. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Told in one line what takes a while. */
  readonly say?: (line: string) => void;
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  // Empty: no socket file, whose path can be too long and whose folder can be shared.
  unix_socket_directories: '',
  max_connections: '100',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
};

const LOG_LIMIT = 5_000_000;

/** A Postgres of our own for development and tests: its programs come with npm, its data lies in one folder. */
export class EmbeddedPostgres {
  private constructor(
    private readonly place: Place,
    private readonly password: string,
    readonly port: number,
    /** True when the server was left running by somebody who was killed. */
    readonly adopted: boolean,
  ) {}

  /** @throws ConfigurationError when this machine cannot run it */
  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const { folder, settings = {}, say = () => undefined } = options;
    const place = placeFor(folder);
    const password = passwordIn(place);
    if (!existsSync(join(place.folder, 'data', 'PG_VERSION'))) {
      say('Creating the database...');
      await initialize(place);
    }
    const left = await leftRunning(place, password);
    const port = left ?? (await launch(place, { ...SETTINGS, ...settings }));
    return new EmbeddedPostgres(place, password, port, left !== undefined);
  }

  /** With the password in it: not for logs. */
  url(database = 'postgres'): string {
    return urlOf(this.port, this.password, database);
  }

  /** Makes the database when there is none of that name, and returns its URL. */
  async ensureDatabase(name: string): Promise<string> {
    const client = new pg.Client({ connectionString: this.url() });
    await client.connect();
    try {
      const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    } finally {
      await client.end();
    }
    return this.url(name);
  }

  /** Ends sessions, writes everything down, and returns when the server is gone. */
  async stop(): Promise<void> {
    if (postmasterOf(this.place) === undefined) return;
    await control(this.place, ['stop', '-m', 'fast', '-w', '-t', '30']);
  }

  /** Stops it and removes its data, password and log. */
  async destroy(): Promise<void> {
    await this.stop();
    rmSync(this.place.folder, { recursive: true, force: true });
  }
}

function urlOf(port: number, password: string, database: string): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
}

/** The server reads it once, from the same file, when the data is made. */
function passwordIn({ folder, account }: Place): string {
  const file = join(folder, 'password');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES') throw ofAnother(folder);
    if (code !== 'ENOENT') throw error;
  }
  const password = randomBytes(24).toString('base64url');
  writeFileSync(file, `${password}\n`, { mode: 0o600, flag: 'wx' });
  if (account) chownSync(file, account.uid, account.gid);
  return password;
}

function ofAnother(folder: string): ConfigurationError {
  const message =
    `is not set, and the embedded Postgres cannot stand in: ${folder} belongs to another account, ` +
    'as after a start by root. Start as that account again, or remove the folder to begin anew.';
  return new ConfigurationError([{ env: 'DATABASE_URL', message }]);
}

/** Made under another name and then renamed, so that an interrupted first start leaves nothing half made. */
async function initialize(place: Place): Promise<void> {
  const { folder } = place;
  const half = join(folder, 'data.new');
  rmSync(half, { recursive: true, force: true });
  await run(place, 'initdb', [
    ...['-D', half, '-U', 'postgres', `--pwfile=${join(folder, 'password')}`, '--auth=scram-sha-256'],
    // The same order and case rules on every machine, whatever its locale.
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...['--no-instructions', '--no-sync'],
  ]);
  renameSync(half, join(folder, 'data'));
}

interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** What postmaster.pid says; undefined when no server of this folder can be alive. */
function postmasterOf({ folder }: Place): Postmaster | undefined {
  const file = join(folder, 'data', 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  const pid = Number(lines[0]);
  try {
    process.kill(pid, 0);
  } catch {
    return undefined;
  }
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/** The port of a server that somebody who was killed has left running. */
async function leftRunning(place: Place, password: string): Promise<number | undefined> {
  for (let tries = 0; tries < 100; tries += 1) {
    const left = postmasterOf(place);
    if (left === undefined) return undefined;
    if (left.ready) {
      if (await answers(left.port, password)) return left.port;
      // After a restart of the machine the number in the file may be another program's: it is not our server.
      rmSync(join(place.folder, 'data', 'postmaster.pid'), { force: true });
      return undefined;
    }
    await sleep(100);
  }
  throw new Error(`The Postgres of ${place.folder} neither starts nor stops; see postgres.log there.`);
}

async function answers(port: number, password: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: urlOf(port, password, 'postgres'),
    connectionTimeoutMillis: 3000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function launch(place: Place, settings: Readonly<Record<string, string>>): Promise<number> {
  const log = join(place.folder, 'postgres.log');
  if (existsSync(log) && statSync(log).size > LOG_LIMIT) rmSync(log);
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    const flags = Object.entries({ ...settings, port }).map(([name, value]) => `-c ${name}=${value}`);
    try {
      await control(place, ['start', '-w', '-t', '60', '-l', log, '-o', flags.join(' ')]);
      return port;
    } catch (error) {
      const tail = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(-5).join('\n') : '';
      // Somebody took the port between our look and the server's.
      if (tries < 3 && /could not bind|Address already in use/i.test(tail)) continue;
      throw new Error(`The embedded Postgres did not start; ${log} ends with:\n${tail}`, { cause: error });
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}

function control(place: Place, args: readonly string[]): Promise<void> {
  return run(place, 'pg_ctl', ['-D', join(place.folder, 'data'), ...args]);
}

/** Runs one of Postgres' programs as its account, in a session of its own: Ctrl-C is for us, not for it. */
async function run(
  { binaries, folder, account }: Place,
  program: string,
  args: readonly string[],
): Promise<void> {
  const stdio: StdioOptions = ['ignore', 'ignore', 'pipe'];
  const child = spawn(join(binaries, program), args, {
    ...account,
    cwd: folder,
    stdio,
    detached: true,
    windowsHide: true,
    env: { LC_ALL: 'C', TZ: 'UTC' },
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`${program} ended with code ${String(code)}: ${errors.trim()}`);
}
