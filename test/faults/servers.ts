import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import { EmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { EmbeddedRedis } from '../../src/queue/embedded-redis.js';

/** What a commit promises survives the death of the server; only the machine itself is trusted to live. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'on', full_page_writes: 'on', max_connections: '200' };

/** A Postgres and a Redis that nobody minds to see killed. */
export class Servers {
  private constructor(
    private readonly folder: string,
    private postgres: EmbeddedPostgres,
    private readonly embeddedRedis: EmbeddedRedis,
    /** Straight to the server, past every wire. */
    readonly redis: Redis,
  ) {}

  /** @throws where this machine has no Redis program: half of the experiments would say nothing */
  static async start(folder: string): Promise<Servers> {
    mkdirSync(folder, { recursive: true });
    // Run by root, Postgres has another account, which must get through.
    chmodSync(folder, 0o711);
    const postgres = await startPostgres(folder);
    const redis = await EmbeddedRedis.start({ folder: join(folder, 'redis') });
    if (!redis) throw new Error('The experiments need redis-server or valkey-server on the PATH.');
    return new Servers(folder, postgres, redis, new Redis(redis.url()));
  }

  get redisUrl(): string {
    return this.embeddedRedis.url();
  }

  databaseUrl(name: string): string {
    return this.postgres.url(name);
  }

  /** An empty database of this name, and an empty Redis. */
  async fresh(name: string): Promise<void> {
    await this.ask('postgres', `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    await this.ask('postgres', `CREATE DATABASE "${name}"`);
    await this.redis.flushall();
  }

  /** One statement on a connection of its own. */
  async ask<Row extends pg.QueryResultRow>(
    name: string,
    sql: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.databaseUrl(name) });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(sql, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Postgres dies as after `pg_ctl stop -m immediate`: no goodbye to anybody, nothing written down. */
  async crashPostgres(): Promise<void> {
    const [row] = await this.ask<{ file: string }>(
      'postgres',
      `SELECT pg_read_file('postmaster.pid') AS file`,
    );
    const pid = parseInt(row?.file ?? '');
    process.kill(pid, 'SIGQUIT');
    while (isAlive(pid)) await sleep(20);
  }

  /** It comes back with what was committed, on another port. */
  async startPostgres(): Promise<void> {
    this.postgres = await startPostgres(this.folder);
  }

  /** Redis stands still, its connections too; returns what wakes it. */
  async freezeRedis(): Promise<() => void> {
    const pid = Number(/^process_id:(\d+)/m.exec(await this.redis.info('server'))?.[1]);
    process.kill(pid, 'SIGSTOP');
    return () => process.kill(pid, 'SIGCONT');
  }

  /** Those that wait at Redis for jobs. */
  async waiting(): Promise<number> {
    return Number(/^blocked_clients:(\d+)/m.exec(await this.redis.info('clients'))?.[1]);
  }

  async stop(): Promise<void> {
    this.redis.disconnect();
    await Promise.all([this.embeddedRedis.stop(), this.postgres.stop()]);
  }
}

const startPostgres = (folder: string) =>
  EmbeddedPostgres.start({ folder: join(folder, 'postgres'), settings: SETTINGS });

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
