import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import pg from 'pg';
import { newApiKey } from '../src/auth/api-key.js';
import { EmbeddedPostgres } from '../src/database/embedded-postgres.js';
import { EmbeddedRedis } from '../src/queue/embedded-redis.js';
import { Child } from './child.js';
import { flushTime } from './disk.js';
import type { Options } from './options.js';
import { parentOf } from './usage.js';

export const FOLDER = fileURLToPath(new URL('../.data/bench/', import.meta.url));

/** As in production: a commit is on the disk before it is answered. */
const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };

/** A process whose CPU and memory are told. */
export interface Watched {
  readonly name: string;
  readonly pid: number;
  readonly family?: boolean;
}

/** What both the service and its floor stand on. */
export class Ground {
  private constructor(
    private readonly postgres: EmbeddedPostgres,
    private readonly redis: EmbeddedRedis | undefined,
    readonly watched: readonly Watched[],
    /** For people. */
    readonly versions: string,
  ) {}

  static async start({ fsync, redis: withRedis }: Pick<Options, 'fsync' | 'redis'>): Promise<Ground> {
    mkdirSync(FOLDER, { recursive: true });
    const settings = fsync ? DURABLE : { ...DURABLE, fsync: 'off' };
    const postgres = await EmbeddedPostgres.start({ folder: join(FOLDER, 'postgres'), settings });
    const redis = withRedis ? await EmbeddedRedis.start({ folder: join(FOLDER, 'redis') }) : undefined;
    const database = await aboutDatabase(postgres.url());
    const queue = redis && (await aboutRedis(redis.url()));
    const watched = [
      { name: 'Postgres', pid: database.pid, family: true },
      ...(queue ? [{ name: 'Redis', pid: queue.pid }] : []),
    ];
    const disk = `a write to this disk takes ${flushTime(FOLDER).toFixed(1)} ms`;
    const versions = `${database.version} (${disk}); ${queue?.version ?? 'no Redis: dispatch in the process'}`;
    return new Ground(postgres, redis, watched, versions);
  }

  /** An empty database, and an empty Redis. */
  async fresh(name: string): Promise<{ databaseUrl: string; redisUrl: string | undefined }> {
    const client = new pg.Client({ connectionString: this.postgres.url() });
    await client.connect();
    await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`);
    await client.end();
    const databaseUrl = await this.postgres.ensureDatabase(name);
    if (!this.redis) return { databaseUrl, redisUrl: undefined };
    const redis = new Redis(this.redis.url());
    await redis.flushall();
    await redis.quit();
    return { databaseUrl, redisUrl: this.redis.url() };
  }

  async stop(): Promise<void> {
    await Promise.all([this.redis?.stop(), this.postgres.stop()]);
  }
}

/** Where one subject of measurement is reached, and with which secrets. */
export interface Subject {
  readonly url: string;
  readonly apiKey: string;
  readonly jwtSecret: string;
  readonly databaseUrl: string;
  readonly carrier: Child;
  readonly watched: readonly Watched[];
  /** Rejects when one of its processes ends by itself. */
  died(): Promise<never>;
  stop(): Promise<void>;
}

interface SubjectOptions {
  readonly name: 'service' | 'floor';
  readonly file: string;
  /** A process for each. */
  readonly roles: readonly string[];
  readonly flags: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
}

/** A carrier, and the processes under test: of several the first is the one that answers. */
export async function startSubject(ground: Ground, options: SubjectOptions): Promise<Subject> {
  const { name, file, roles, flags, settings } = options;
  const { databaseUrl, redisUrl } = await ground.fresh(`bench_${name}`);
  const secrets = {
    SECRET_KEY: randomBytes(32).toString('hex'),
    JWT_SECRET: randomBytes(32).toString('hex'),
    DEV_API_KEY: newApiKey('dev').key,
  };
  const children: Child[] = [];
  const stop = async () => {
    for (const child of children.splice(0).reverse()) await child.stop();
  };
  try {
    const carrier = await startCarrier();
    children.push(carrier);
    const env = {
      NODE_ENV: 'development',
      LOG_LEVEL: 'warn',
      DATABASE_URL: databaseUrl,
      ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
      SANDBOX_URL: carrier.ready['url'] ?? '',
      SANDBOX_SMTP_URL: carrier.ready['smtpUrl'] ?? '',
      RATE_LIMIT_PER_MINUTE: '0',
      VELOCITY_ADDRESS_HOUR: '0',
      VELOCITY_USER_HOUR: '0',
      // At night, too.
      PROMOTION_HOURS: '+91 00:00-24:00 Asia/Kolkata',
      ...secrets,
      ...settings,
    };
    const ports = await Promise.all(roles.map(() => freePort()));
    const url = `http://127.0.0.1:${ports[0] ?? 0}`;
    const watched: Watched[] = [];
    for (const [index, role] of roles.entries()) {
      const title = roles.length > 1 ? `${name} (${role})` : name;
      const own = { PORT: String(ports[index]), PUBLIC_URL: url, ROLE: role };
      const log = join(FOLDER, `${name}-${index}.log`);
      const child = await Child.start({ name: title, file, env: { ...env, ...own }, log, flags });
      children.push(child);
      watched.push({ name: title, pid: child.pid });
    }
    return {
      url,
      apiKey: secrets.DEV_API_KEY,
      jwtSecret: secrets.JWT_SECRET,
      databaseUrl,
      carrier,
      watched: [...watched, ...ground.watched, { name: 'carrier', pid: carrier.pid }],
      died: () => Promise.race(children.map((child) => child.died())),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startCarrier(): Promise<Child> {
  const env = {
    SANDBOX_ACCOUNT_SID: `AC${randomBytes(16).toString('hex')}`,
    SANDBOX_AUTH_TOKEN: randomBytes(16).toString('hex'),
  };
  return Child.start({ name: 'carrier', file: 'bench/carrier.ts', env, log: join(FOLDER, 'carrier.log') });
}

async function aboutDatabase(url: string): Promise<{ version: string; pid: number }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Record<'version' | 'fsync' | 'commit', string> & { pid: number }>(
    `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
            current_setting('synchronous_commit') AS commit, pg_backend_pid() AS pid`,
  );
  const [{ version, fsync, commit, pid } = { version: '?', fsync: '?', commit: '?', pid: 0 }] = rows;
  // Asked while the session is there: its parent is the server.
  const parent = parentOf(pid) ?? 0;
  await client.end();
  return { version: `Postgres ${version}, fsync ${fsync}, synchronous_commit ${commit}`, pid: parent };
}

async function aboutRedis(url: string): Promise<{ version: string; pid: number }> {
  const redis = new Redis(url);
  const info = await redis.info('server');
  await redis.quit();
  const field = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1] ?? '';
  return { version: `Redis ${field('redis_version')}`, pid: Number(field('process_id')) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
