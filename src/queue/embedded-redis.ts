import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

interface EmbeddedRedisOptions {
  /** Where its log and its address lie; made when missing. It keeps no data: Postgres is the truth. */
  readonly folder: string;
  readonly databases?: number;
}

interface Address {
  readonly port: number;
  readonly password: string;
}

const PROGRAMS = ['redis-server', 'valkey-server'];

/** A Redis of our own for development and tests, from a program that this machine has. */
export class EmbeddedRedis {
  private constructor(
    private readonly folder: string,
    private readonly address: Address,
    /** Undefined when the server was left running by somebody who was killed. */
    private readonly child: ChildProcess | undefined,
  ) {}

  /** The name of the program on the PATH, if there is one. */
  static program(): string | undefined {
    return PROGRAMS.find((name) => spawnSync(name, ['--version']).status === 0);
  }

  /** Undefined when this machine has no Redis program. */
  static async start({ folder, databases = 16 }: EmbeddedRedisOptions): Promise<EmbeddedRedis | undefined> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const left = leftBehind(folder);
    if (left && (await answers(left))) return new EmbeddedRedis(folder, left, undefined);

    const program = EmbeddedRedis.program();
    if (program === undefined) return undefined;
    const address = { port: await freePort(), password: randomBytes(24).toString('base64url') };
    const child = launch(program, folder, settingsFor(address, folder, databases));
    await listening(child, address, folder);
    writeFileSync(addressFile(folder), JSON.stringify(address), { mode: 0o600 });
    return new EmbeddedRedis(folder, address, child);
  }

  /** With the password in it: not for logs. */
  url(database = 0): string {
    return `redis://:${this.address.password}@127.0.0.1:${this.address.port}/${database}`;
  }

  async stop(): Promise<void> {
    rmSync(addressFile(this.folder), { force: true });
    const { child } = this;
    const gone = child?.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    const client = clientOf(this.address);
    // The server answers a shutdown by closing the connection, which the client takes for an error.
    await client.shutdown('NOSAVE').catch(() => undefined);
    hangUp(client);
    const late = setTimeout(() => child?.kill('SIGKILL'), 3000);
    await gone;
    clearTimeout(late);
  }
}

const addressFile = (folder: string) => join(folder, 'address.json');

function leftBehind(folder: string): Address | undefined {
  const file = addressFile(folder);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Address) : undefined;
}

function clientOf({ port, password }: Address): Redis {
  const client = new Redis({
    port,
    password,
    host: '127.0.0.1',
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  client.on('error', () => undefined);
  return client;
}

/** Once more on a closed connection it would wait two seconds for that to close. */
function hangUp(client: Redis): void {
  if (client.status !== 'end') client.disconnect();
}

async function answers(address: Address): Promise<boolean> {
  const client = clientOf(address);
  try {
    await client.ping();
    return true;
  } catch {
    return false;
  } finally {
    hangUp(client);
  }
}

function settingsFor({ port, password }: Address, folder: string, databases: number): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${JSON.stringify(folder)}`,
    `databases ${databases}`,
    // A queue that forgets silently is worse than one that refuses.
    'maxmemory-policy noeviction',
    'save ""',
    'appendonly no',
    'daemonize no',
  ].join('\n');
}

/** The settings go in by stdin, so that the password is on no command line. A session of its own: Ctrl-C is for us. */
function launch(program: string, folder: string, settings: string): ChildProcess {
  const log = openSync(join(folder, 'redis.log'), 'w', 0o600);
  const child = spawn(program, ['-'], { cwd: folder, detached: true, stdio: ['pipe', log, log] });
  closeSync(log);
  child.stdin?.end(settings);
  child.unref();
  return child;
}

async function listening(child: ChildProcess, address: Address, folder: string): Promise<void> {
  let failed: Error | undefined;
  child.once('error', (error) => (failed = error));
  const deadline = Date.now() + 10_000;
  while (!failed && child.exitCode === null && Date.now() < deadline) {
    if (await answers(address)) return;
    await sleep(20);
  }
  child.kill('SIGKILL');
  throw new Error(`Redis did not start; see ${join(folder, 'redis.log')}.`, { cause: failed });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}
