import { EventEmitter2 } from '@nestjs/event-emitter';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryFailure, type FailureKind } from '../src/channels/failures.js';
import { ProviderBreakerChanged } from '../src/channels/provider-breaker-changed.event.js';
import { TestApp, until } from './support/app.js';
import { carried, flyTo, type Loft, pigeons, teach } from './support/pigeons.js';
import { decisionFor } from './support/requests.js';

const failure = (kind: FailureKind) =>
  new DeliveryFailure({ kind, code: 'L1', message: 'The key to the loft does not fit.', provider: 'loft' });

/** Two instances on one database, and a loft that behaves as each test says. */
describe('the breaker of a provider', () => {
  const calls: string[] = [];
  let behave: Loft['send'] = (message) => Promise.resolve(carried(message));
  const loft: Loft = {
    send: (message) => {
      calls.push(message.deliveryId);
      return behave(message);
    },
  };
  let services: [TestApp, TestApp];
  let database: pg.Client;
  const changes: ProviderBreakerChanged[][] = [[], []];
  beforeAll(async () => {
    const first = await TestApp.start({}, [pigeons(loft)]);
    await teach(first);
    services = [first, await TestApp.start({ DATABASE_URL: first.databaseUrl }, [pigeons(loft)])];
    database = new pg.Client({ connectionString: first.databaseUrl });
    await database.connect();
    services.forEach(({ app }, index) =>
      app
        .get(EventEmitter2, { strict: false })
        .on(ProviderBreakerChanged.name, (event: ProviderBreakerChanged) => changes[index]?.push(event)),
    );
  });
  afterAll(async () => {
    await database.end();
    for (const service of services.toReversed()) await service.stop();
  });
  beforeEach(() => {
    calls.length = 0;
    for (const heard of changes) heard.length = 0;
  });

  let people = 0;
  const fly = (at: number) => flyTo(services[at] as TestApp, `p${(people += 1)}`);
  const flock = (count: number) => Promise.all(Array.from({ length: count }, (_, index) => fly(index % 2)));
  const rows = async () => {
    const found = await database.query<{
      status: string;
      reason: string | null;
      attempts: number;
      count: number;
    }>(
      `SELECT status, coalesce(reason, hold_reason) AS reason, max(attempt)::int AS attempts, count(*)::int AS count
         FROM deliveries WHERE channel = 'pigeon' GROUP BY 1, 2`,
    );
    return found.rows;
  };
  const left = async () =>
    (await rows()).filter(({ status }) => status !== 'delivered').reduce((sum, { count }) => sum + count, 0);
  const allHome = () =>
    until(async () => ((await left()) === 0 ? true : undefined), 'the last pigeon', 20_000);
  const probeIsDue = () => database.query('UPDATE provider_breakers SET probe_at = now()');
  const isOpen = (at: number) => changes[at]?.at(-1)?.state === 'open';
  const isClosed = (at: number) => changes[at]?.at(-1)?.state === 'closed';
  const both = (is: (at: number) => boolean) => until(() => (is(0) && is(1)) || undefined, 'both instances');
  const healthOf = (at: number) =>
    (services[at] as TestApp).call<{ status: string; channels: Record<string, { state: string }> }>(
      'GET',
      '/health/ready',
    );

  it('lets a wrong configuration cost a call or two, keeps everything, and brings it all when it is mended', async () => {
    behave = () => Promise.reject(failure('configuration'));
    await flock(200);
    await both(isOpen);
    await until(async () => {
      const all = await rows();
      return all.every(({ status, attempts }) => status === 'pending' && attempts === 0) || undefined;
    }, 'all rows to be back, with no attempt used up');
    expect(calls.length).toBeLessThanOrEqual(4);
    const before = calls.length;
    for (const at of [0, 1]) {
      const { status, body } = await healthOf(at);
      expect([status, body.status, body.channels['pigeon']?.state]).toEqual([
        200,
        'degraded',
        'provider_unavailable',
      ]);
    }

    const { body } = await fly(1);
    expect(decisionFor(body, 'pigeon')).toMatchObject({ status: 'pending', reason: 'breaker_open' });
    await probeIsDue();
    await until(() => calls.length > before || undefined, 'the probe');
    const { rows: kept } = await database.query<{ wait: number; state: string }>(
      `SELECT extract(epoch FROM probe_at - now())::float8 AS wait, state FROM provider_breakers`,
    );
    expect(kept[0]?.wait).toBeGreaterThan(30);
    expect(calls.length).toBe(before + 1);
    expect(await left()).toBe(201);

    behave = (message) => Promise.resolve(carried(message));
    await probeIsDue();
    await both(isClosed);
    await allHome();
    expect(calls.length).toBe(before + 1 + 201);
    expect((await healthOf(0)).body.status).toBe('ok');
    for (const heard of changes) expect(heard.map(({ state }) => state)).toEqual(['open', 'closed']);
    expect(changes[0]?.[0]).toEqual(new ProviderBreakerChanged('loft', 'open', 'configuration', 'L1'));
  });

  it('opens when half of many calls fail, and closes by a probe', async () => {
    behave = () => Promise.reject(failure('not_accepted'));
    await flock(60);
    await both(isOpen);
    expect(changes[0]?.[0]).toMatchObject({ cause: 'failures' });
    behave = (message) => Promise.resolve(carried(message));
    await database.query(`UPDATE deliveries SET next_attempt_at = now() WHERE status = 'pending'`);
    await probeIsDue();
    await both(isClosed);
    await allHome();
  });

  it('is closed by an operator at once', async () => {
    behave = () => Promise.reject(failure('configuration'));
    await fly(0);
    await both(isOpen);
    behave = (message) => Promise.resolve(carried(message));
    const resumed = await services[0].call('POST', '/api/channels/pigeon/resume');
    expect(resumed.body).toMatchObject({ breaker: { state: 'closed' } });
    await both(isClosed);
    await allHome();
  });

  it('is not held open by one message that is refused again and again', async () => {
    const { body } = await fly(0);
    await allHome();
    const poison = decisionFor(body, 'pigeon')?.id ?? '';
    behave = (message) =>
      message.deliveryId === poison
        ? Promise.reject(failure('configuration'))
        : Promise.resolve(carried(message));
    // The same row again, as if it had not been sent.
    await database.query(
      `UPDATE deliveries SET status = 'pending', attempt = 0, next_attempt_at = now(), hinted_at = NULL WHERE id = $1`,
      [poison],
    );
    const ended = await until(
      async () => {
        await fly(0);
        await probeIsDue();
        const [row] = (
          await database.query<{ status: string; reason: string }>('SELECT * FROM deliveries WHERE id = $1', [
            poison,
          ])
        ).rows;
        return row?.status === 'failed' ? row : undefined;
      },
      'its end',
      30_000,
    );
    expect(ended.reason).toBe('configuration');
    await probeIsDue();
    await until(async () => ((await left()) === 1 ? true : undefined), 'the others', 20_000);
  });
});
