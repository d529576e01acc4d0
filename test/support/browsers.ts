import pg from 'pg';
import { expect } from 'vitest';
import type { Plan } from '../../src/sandbox/behaviour.js';
import { NOTHING_WRONG } from '../../src/sandbox/behaviour.js';
import { newVapidKeys } from '../../src/push/vapid.keys.js';
import { type TestApp, until } from './app.js';
import { send } from './requests.js';

export interface Subscription {
  id: string;
  device_name: string;
  endpoint_host: string;
  created_at: string;
  last_used_at: string | null;
  outdated: boolean;
}

interface Row {
  id: string;
  channel: string;
  address: string;
  status: string;
  reason: string | null;
  error_code: string | null;
}

type Refusal = { code: string; errors: { pointer: string }[] };
export type Device = ReturnType<TestApp['sandbox']['addDevice']>;

export const SUBSCRIPTIONS = '/api/notifications/push-subscriptions';

/** As if the keys of the service had changed since a browser subscribed. Null: nobody knows with which it did. */
export async function makeOutdated(
  service: TestApp,
  endpoint: string,
  key: string | null = newVapidKeys().publicKey,
): Promise<void> {
  await query(service, 'UPDATE push_subscriptions SET vapid_key = $2 WHERE endpoint = $1', [endpoint, key]);
}

/** What the service believes that the browser subscribed with; null: nobody knows. */
export async function vapidKeyOf(service: TestApp, endpoint: string): Promise<string | null> {
  const select = 'SELECT vapid_key FROM push_subscriptions WHERE endpoint = $1';
  return (await query<{ vapid_key: string | null }>(service, select, [endpoint]))[0]?.vapid_key ?? null;
}

/** As if a push service were away, for a day. */
export async function closeTo(service: TestApp, provider: string): Promise<void> {
  const insert = `INSERT INTO provider_breakers (provider, state, cause, code, message, probe_at)
                  VALUES ($1, 'open', 'failures', '503', 'It is away.', now() + interval '1 day')`;
  await query(service, insert, [provider]);
}

async function query<Row extends pg.QueryResultRow>(
  { databaseUrl }: TestApp,
  text: string,
  values: unknown[],
) {
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    return (await database.query<Row>(text, values)).rows;
  } finally {
    await database.end();
  }
}

/** People with browsers: what tests of push do with a service and its sandbox. */
export class Browsers {
  private people = 0;

  constructor(readonly service: TestApp) {}

  somebody(): string {
    return `person-${++this.people}`;
  }

  fault(pushes: NonNullable<Plan['pushes']>, more: Partial<Plan> = {}): void {
    this.service.sandbox.behaviour.set({ ...NOTHING_WRONG, ...more, pushes });
  }

  async subscribe(person: string, { endpoint, keys }: Pick<Device, 'endpoint' | 'keys'>, name?: string) {
    return this.service.call<Subscription & Refusal>('POST', SUBSCRIPTIONS, {
      as: await this.service.token(person),
      body: { endpoint, keys, ...(name !== undefined && { device_name: name }) },
    });
  }

  /** A browser of the sandbox in which the person has turned push on. */
  async of(person: string, name = 'Chrome on Android'): Promise<{ device: Device; id: string }> {
    const device = this.service.sandbox.addDevice(name);
    const { status, body } = await this.subscribe(person, device, name);
    expect(status, JSON.stringify(body)).toBe(201);
    return { device, id: body.id };
  }

  async listOf(person: string): Promise<Subscription[]> {
    const as = await this.service.token(person);
    return (await this.service.call<{ results: Subscription[] }>('GET', SUBSCRIPTIONS, { as })).body.results;
  }

  /** Tells the person something by push alone. */
  async tell(person: string, more: Record<string, unknown> = {}) {
    const user = { id: person, first_name: 'Asha' };
    const { status, body } = await send(this.service, user, { channels: ['push'], ...more });
    expect(status, JSON.stringify(body)).toBe(202);
    return body;
  }

  async rowsOf(notification: string): Promise<Row[]> {
    const path = `/api/notifications/${notification}/deliveries`;
    const { body } = await this.service.call<{ results: Row[] }>('GET', path);
    return body.results.filter(({ channel }) => channel === 'push');
  }

  /** The deliveries to browsers, as soon as all of them are as they are to be. */
  settled(notification: string, ...statuses: string[]): Promise<Row[]> {
    const wanted = statuses.sort().join();
    const look = async () => {
      const rows = await this.rowsOf(notification);
      const are = rows.map(({ status }) => status).sort();
      return are.join() === wanted ? rows : undefined;
    };
    return until(look, `deliveries that are ${wanted}`, 60_000);
  }

  async shownOn({ id }: Device) {
    const [shown] = await this.service.sandbox.wait({ channel: 'push', to: id });
    if (!shown) throw new Error('The browser shows nothing.');
    return shown;
  }
}
