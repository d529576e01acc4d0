import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Child } from '../../bench/child.js';
import { now } from '../../bench/clock.js';
import { addPeople } from '../../bench/people.js';
import { newApiKey } from '../../src/auth/api-key.js';
import { Arrivals } from './arrivals.js';
import { Client } from './client.js';
import { Front } from './front.js';
import { Instance } from './instance.js';
import { lastingPort } from './ports.js';
import { Proxy } from './proxy.js';
import type { Servers } from './servers.js';

export type Role = 'all' | 'api' | 'worker';

export interface StageOptions {
  readonly name: string;
  /** A process for each. The first is the one that answers. */
  readonly roles: readonly Role[];
  readonly people: number;
  /** Whether a load balancer stands before them. */
  readonly front?: boolean;
  readonly settings?: Readonly<Record<string, string>>;
  /** For Node, in every process. */
  readonly flags?: readonly string[];
}

/**
 * Production's patience, shortened: what takes minutes there takes seconds here. The order of the times is kept: an
 * answer is awaited for less than half a lease, and a lost one is asked after when the lease is over.
 */
const PATIENCE = {
  DELIVERY_LEASE_SECONDS: '10',
  SMS_UNKNOWN_SECONDS: '3',
  EMAIL_UNKNOWN_SECONDS: '4',
  TWILIO_TIMEOUT_MS: '3000',
  EMAIL_TIMEOUT: '2',
};
export const LEASE = Number(PATIENCE.DELIVERY_LEASE_SECONDS) * 1000;

const LOOK = 200;

/** The service as built, its processes, and a wire to everything it leans on. */
export class Stage {
  arrivals = new Arrivals();
  readonly instances: Instance[] = [];
  client!: Client;
  /** The wires. The carrier's is Twilio's API only. */
  wires!: { readonly postgres: Proxy; readonly redis: Proxy; readonly carrier: Proxy };
  readonly jwtSecret = randomBytes(32).toString('hex');
  readonly apiKey = newApiKey('dev').key;
  /** When the experiment began, by the database's clock. */
  since = '';
  private carrier!: Child;
  private readonly closing: (() => Promise<unknown>)[] = [];
  private death: Error | undefined;
  private mourn: (error: Error) => void = () => undefined;

  private constructor(
    readonly servers: Servers,
    readonly options: StageOptions,
    private readonly folder: string,
  ) {}

  static async set(servers: Servers, folder: string, options: StageOptions): Promise<Stage> {
    const stage = new Stage(servers, options, folder);
    try {
      await stage.build();
      return stage;
    } catch (error) {
      await stage.clear();
      throw error;
    }
  }

  get url(): string {
    return this.api.url;
  }

  /** The process that answers. */
  get api(): Instance {
    return this.at(0);
  }

  get workers(): readonly Instance[] {
    return this.instances.filter(({ role }) => role === 'worker');
  }

  at(index: number): Instance {
    const instance = this.instances[index];
    if (!instance) throw new Error(`There is no process ${index} here.`);
    return instance;
  }

  /** Past the wire. */
  get databaseUrl(): string {
    return this.servers.databaseUrl(this.options.name);
  }

  /** One statement, past the wire. */
  ask<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]> {
    return this.servers.ask<Row>(this.options.name, sql, values);
  }

  /** Forgets what was before: from here on another experiment is told of. */
  async begin(): Promise<void> {
    await this.misbehave();
    this.arrivals = new Arrivals();
    this.client.begin();
    const [row] = await this.ask<{ now: string }>('SELECT now()::text AS now');
    this.since = row?.now ?? '';
  }

  /** What goes wrong at the carrier and in the mailbox from now on; nothing given: nothing. */
  async misbehave(plan: object = {}): Promise<void> {
    const { url } = this.behaviour;
    const answer = await fetch(url, { method: 'PUT', body: JSON.stringify(plan) });
    if (!answer.ok) throw new Error(`The sandbox refused: ${await answer.text()}`);
  }

  /** How often each fault was done since then. */
  async faults(): Promise<Record<string, number>> {
    const answer = await fetch(this.behaviour.url);
    return ((await answer.json()) as { done: Record<string, number> }).done;
  }

  /** A request to the API, by a service that may do everything. */
  async call(
    method: 'POST' | 'PATCH',
    path: string,
    body: object,
  ): Promise<{ status: number; body: unknown }> {
    const headers = { authorization: `Bearer ${this.apiKey}`, 'content-type': 'application/json' };
    const answer = await fetch(new URL(path, this.url), { method, headers, body: JSON.stringify(body) });
    return { status: answer.status, body: await answer.json() };
  }

  /** A question to it. */
  async get<T>(path: string): Promise<T> {
    const headers = { authorization: `Bearer ${this.apiKey}` };
    const answer = await fetch(new URL(path, this.url), { headers });
    if (!answer.ok) throw new Error(`${path} is ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** Milliseconds until nothing is on its way any more; undefined when for so many nothing came nearer to its end. */
  async quiet(patience: number): Promise<number | undefined> {
    const start = now();
    let [least, since] = [Infinity, start];
    while (now() - since < patience) {
      const [row] = await this.ask<{ open: number }>(
        `SELECT count(*)::int AS open FROM deliveries
          WHERE status IN ('pending', 'sending', 'unknown') OR (status = 'sent' AND channel = 'sms')`,
      );
      const open = row?.open ?? Infinity;
      if (open === 0) return now() - start;
      if (open < least) [least, since] = [open, now()];
      await sleep(LOOK);
    }
    return undefined;
  }

  /** Resolves when all that the carrier knows has been told here. */
  async heard(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.carrier.listen((message) => 'all' in message && resolve());
      this.carrier.tell({ all: '?' });
    });
  }

  /** Rejects when a process ends that nobody has told to. */
  died(): Promise<never> {
    return new Promise((_, reject) => {
      if (this.death) reject(this.death);
      else this.mourn = reject;
    });
  }

  async clear(): Promise<void> {
    for (const close of this.closing.splice(0).reverse()) await close();
  }

  private get behaviour(): { url: string } {
    return { url: new URL('/api/dev/behaviour', originOf(this.carrier.ready['url'] ?? '')).href };
  }

  private async build(): Promise<void> {
    const { servers, options, folder } = this;
    await servers.fresh(options.name);
    this.carrier = await this.startCarrier();
    this.wires = {
      postgres: await this.wireTo(this.databaseUrl),
      redis: await this.wireTo(servers.redisUrl),
      carrier: await this.wireTo(this.carrier.ready['url'] ?? ''),
    };
    const ports = await Promise.all(options.roles.map(() => lastingPort()));
    const urls = ports.map((port) => `http://127.0.0.1:${port}`);
    const publicUrl = options.front ? await this.frontOf(urls) : (urls[0] ?? '');
    const env = this.environment(publicUrl);
    for (const [index, role] of options.roles.entries()) {
      const name = `${role}-${index}`;
      const log = join(folder, `${options.name}-${name}.log`);
      const port = ports[index] ?? 0;
      const flags = options.flags ?? [];
      const died = (error: Error) => this.lose(error);
      this.instances.push(new Instance({ name, role, port, env, log, flags, died }));
    }
    this.closing.push(() => Promise.all(this.instances.map((instance) => instance.kill())));
    // The first migrates; the others find it done.
    await this.api.start();
    await this.addPeople();
    await Promise.all(this.instances.slice(1).map((instance) => instance.start()));
    this.client = new Client(publicUrl, this.apiKey, options.people);
    this.closing.push(() => {
      this.client.close();
      return Promise.resolve();
    });
  }

  private async frontOf(urls: readonly string[]): Promise<string> {
    const front = await Front.before(urls);
    this.closing.push(() => front.close());
    return front.url;
  }

  private async wireTo(url: string): Promise<Proxy> {
    const wire = await Proxy.to(url);
    this.closing.push(() => wire.close());
    return wire;
  }

  private lose(error: Error): void {
    this.death ??= error;
    this.mourn(this.death);
  }

  private environment(publicUrl: string): Record<string, string> {
    return {
      NODE_ENV: 'development',
      LOG_LEVEL: 'warn',
      // An experiment at night is one too.
      PROMOTION_HOURS: '+91 00:00-24:00 Asia/Kolkata',
      DATABASE_URL: this.wires.postgres.url,
      REDIS_URL: this.wires.redis.url,
      SANDBOX_URL: this.wires.carrier.url,
      SANDBOX_SMTP_URL: this.carrier.ready['smtpUrl'] ?? '',
      PUBLIC_URL: publicUrl,
      RATE_LIMIT_PER_MINUTE: '0',
      VELOCITY_ADDRESS_HOUR: '0',
      VELOCITY_USER_HOUR: '0',
      SECRET_KEY: randomBytes(32).toString('hex'),
      JWT_SECRET: this.jwtSecret,
      DEV_API_KEY: this.apiKey,
      ...PATIENCE,
      ...this.options.settings,
    };
  }

  private async startCarrier(): Promise<Child> {
    const env = {
      SANDBOX_ACCOUNT_SID: `AC${randomBytes(16).toString('hex')}`,
      SANDBOX_AUTH_TOKEN: randomBytes(16).toString('hex'),
    };
    const log = join(this.folder, `${this.options.name}-carrier.log`);
    const carrier = await Child.start({ name: 'carrier', file: 'test/faults/carrier.ts', env, log });
    this.closing.push(() => carrier.stop());
    carrier.died().catch((error: unknown) => this.lose(error as Error));
    carrier.listen((message) => this.arrivals.note(message));
    return carrier;
  }

  private async addPeople(): Promise<void> {
    const database = new pg.Pool({ connectionString: this.databaseUrl, max: 1 });
    try {
      await addPeople(database, this.options.people);
    } finally {
      await database.end();
    }
  }
}

/** Without the account that stands in it. */
const originOf = (url: string) => new URL(url).origin;
