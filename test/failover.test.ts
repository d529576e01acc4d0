import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Message, Receipt } from '../src/channels/channel.js';
import { DeliveryFailure, type FailureKind } from '../src/channels/failures.js';
import { Reconciler } from '../src/channels/reconciler.js';
import type { DeliveryView } from '../src/deliveries/delivery.view.js';
import { TestApp, until } from './support/app.js';
import { carried, flyTo, type Loft, pigeons, teach } from './support/pigeons.js';
import { decisionFor } from './support/requests.js';

type Behaviour = (message: Message<'note'>) => Promise<Receipt>;

const well: Behaviour = (message) => Promise.resolve(carried(message));
const failing =
  (kind: FailureKind, retryAfter?: number): Behaviour =>
  ({ provider }) => {
    const facts = { kind, code: 'L1', message: 'The loft is closed.', provider };
    return Promise.reject(new DeliveryFailure(retryAfter === undefined ? facts : { ...facts, retryAfter }));
  };

/** A channel that a loft carries, and a tower when the loft is not called. */
describe('a channel with two providers', () => {
  const calls: { id: string; provider: string }[] = [];
  const behaviour: Record<string, Behaviour> = {};
  const loft: Loft = {
    others: ['tower'],
    carriers: (to) => (to.includes('island') ? ['tower'] : ['loft', 'tower']),
    send: (message) => {
      calls.push({ id: message.deliveryId, provider: message.provider });
      return behaviour[message.provider]?.(message) ?? well(message);
    },
  };
  let service: TestApp;
  let database: pg.Client;
  beforeAll(async () => {
    service = await TestApp.start({}, [pigeons(loft)]);
    await teach(service);
    database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
  });
  afterAll(async () => {
    await database.end();
    await service.stop();
  });
  beforeEach(() => {
    behaviour['loft'] = well;
    behaviour['tower'] = well;
  });
  afterEach(async () => {
    delete loft.find;
    await service.call('POST', '/api/channels/pigeon/resume');
    calls.length = 0;
  });

  let people = 0;
  const fly = async (name = 'p', more: Record<string, unknown> = {}) => {
    people += 1;
    const { body } = await flyTo(service, `${name}${people}`, more);
    return decisionFor(body, 'pigeon')?.id ?? '';
  };
  const delivery = async (id: string) =>
    (await service.call<DeliveryView>('GET', `/api/deliveries/${id}`)).body;
  const ended = (id: string, status: string) =>
    until(async () => {
      const row = await delivery(id);
      return row.status === status ? row : undefined;
    }, `${id} to be ${status}`);
  const callsOf = (id: string) => calls.filter((call) => call.id === id).map(({ provider }) => provider);
  const breakers = async () => {
    const { body } = await service.call<{
      results: { name: string; providers: { provider: string; state: string; next_probe_at: string }[] }[];
    }>('GET', '/api/channels');
    return body.results.find(({ name }) => name === 'pigeon')?.providers ?? [];
  };
  /** The probe's time has come, and this process knows it. */
  const probeIsDue = async () => {
    await database.query('UPDATE provider_breakers SET probe_at = now()');
  };
  const dueNow = () =>
    database.query(
      `UPDATE deliveries SET next_attempt_at = now(), hinted_at = NULL WHERE status = 'pending'`,
    );

  it('sends more and more at once through one that is not the first, as soon as it says yes', async () => {
    let [underway, most] = [0, 0];
    const others: (() => void)[] = [];
    behaviour['tower'] = async (message) => {
      underway += 1;
      most = Math.max(most, underway);
      // The first alone says yes at once; the others wait for each other.
      if (calls.length > 1 && underway < 2) await new Promise<void>((go) => others.push(go));
      for (const go of others.splice(0)) go();
      underway -= 1;
      return carried(message);
    };
    const ids = await Promise.all(Array.from({ length: 4 }, () => fly('island')));
    await until(() => most >= 2 || undefined, 'two calls at once');
    for (const go of others.splice(0)) go();
    behaviour['tower'] = well;
    for (const id of ids) await ended(id, 'delivered');
  });

  it('sends through the first while it works', async () => {
    const id = await fly();
    expect(await ended(id, 'delivered')).toMatchObject({ provider: 'loft' });
    expect(callsOf(id)).toEqual(['loft']);
  });

  it('sends through the second at once when the first is misconfigured, and loses no attempt', async () => {
    behaviour['loft'] = failing('configuration');
    const id = await fly();
    expect(await ended(id, 'delivered')).toMatchObject({ provider: 'tower', attempt: 1 });
    expect(callsOf(id)).toEqual(['loft', 'tower']);
    expect((await breakers()).map(({ provider, state }) => [provider, state])).toEqual([
      ['loft', 'open'],
      ['tower', 'closed'],
    ]);
    const next = await fly();
    await ended(next, 'delivered');
    expect(callsOf(next)).toEqual(['tower']);
  });

  it('goes back to the first when one that came by finds it well', async () => {
    behaviour['loft'] = failing('configuration');
    await ended(await fly(), 'delivered');
    behaviour['loft'] = well;
    await probeIsDue();
    await until(async () => {
      await ended(await fly(), 'delivered');
      return (await breakers())[0]?.state === 'closed' || undefined;
    }, 'the loft to be called again');
    const id = await fly();
    expect(await ended(id, 'delivered')).toMatchObject({ provider: 'loft' });
  });

  it('tries nothing out with what is urgent', async () => {
    behaviour['loft'] = failing('configuration');
    await ended(await fly(), 'delivered');
    await probeIsDue();
    const id = await fly('p', { expires_at: new Date(Date.now() + 300_000).toISOString() });
    await ended(id, 'delivered');
    expect(callsOf(id)).toEqual(['tower']);
  });

  it('tries out even with what is urgent where nobody else carries it', async () => {
    behaviour['tower'] = failing('configuration');
    const first = await fly('island');
    await until(async () => (await breakers())[1]?.state === 'open' || undefined, 'the tower to be open');
    const cancel = `UPDATE deliveries SET status = 'cancelled' WHERE id = $1 AND status = 'pending'`;
    await until(
      async () => (await database.query(cancel, [first])).rowCount === 1 || undefined,
      'it to wait',
    );
    behaviour['tower'] = well;
    await probeIsDue();
    const id = await fly('island', { expires_at: new Date(Date.now() + 300_000).toISOString() });
    await until(async () => {
      await dueNow();
      return (await delivery(id)).status === 'delivered' || undefined;
    }, 'the probe');
    await until(async () => (await breakers())[1]?.state === 'closed' || undefined, 'the tower to be closed');
  });

  it('gives the second what the first has not taken twice', async () => {
    behaviour['loft'] = failing('not_accepted');
    const id = await fly();
    await until(async () => {
      await dueNow();
      return callsOf(id).length >= 3 || undefined;
    }, 'the third call');
    expect(await ended(id, 'delivered')).toMatchObject({ provider: 'tower', attempt: 3 });
    expect(callsOf(id)).toEqual(['loft', 'loft', 'tower']);
    expect((await delivery(id)).attempts.map(({ provider }) => provider)).toEqual(['loft', 'loft', 'tower']);
  });

  it('leaves a provider alone for as long as it asks for, and sends through the other meanwhile', async () => {
    behaviour['loft'] = failing('not_accepted', 300);
    const id = await fly();
    expect(await ended(id, 'delivered')).toMatchObject({ provider: 'tower' });
    const [first] = await breakers();
    expect(first?.state).toBe('open');
    expect(Date.parse(first?.next_probe_at ?? '') - Date.now()).toBeGreaterThan(200_000);
  });

  it('never sends through another what may have arrived: the one that had it is asked', async () => {
    behaviour['loft'] = failing('ambiguous');
    const asked: string[] = [];
    loft.find = ({ provider }) => {
      asked.push(provider);
      return Promise.resolve('untold');
    };
    const id = await fly();
    await ended(id, 'unknown');
    await database.query(`UPDATE deliveries SET updated_at = now() - interval '1 hour' WHERE id = $1`, [id]);
    await service.app.get(Reconciler, { strict: false }).round();
    expect(await ended(id, 'failed')).toMatchObject({ reason: 'unknown_outcome', provider: 'loft' });
    expect(callsOf(id)).toEqual(['loft']);
    expect(asked).toEqual(['loft']);
  });

  it('sends by another way what the first does not carry', async () => {
    const id = await fly('island');
    expect(await ended(id, 'delivered')).toMatchObject({ provider: 'tower' });
    expect(callsOf(id)).toEqual(['tower']);
  });

  it('keeps what only a provider without a call could carry, and everything when none is called', async () => {
    behaviour['tower'] = failing('configuration');
    const island = await fly('island');
    await until(async () => (await breakers())[1]?.state === 'open' || undefined, 'the tower to be closed');
    const waiting = await delivery(island);
    expect(waiting).toMatchObject({ status: 'pending', attempt: 0 });
    expect(await ended(await fly(), 'delivered')).toMatchObject({ provider: 'loft' });

    behaviour['loft'] = failing('configuration');
    const held = await fly();
    await until(async () => (await breakers())[0]?.state === 'open' || undefined, 'the loft to be closed');
    const { body } = await flyTo(service, 'late');
    expect(decisionFor(body, 'pigeon')).toMatchObject({ status: 'pending', reason: 'breaker_open' });
    behaviour['loft'] = well;
    behaviour['tower'] = well;
    await service.call('POST', '/api/channels/pigeon/resume');
    await dueNow();
    for (const id of [island, held]) await ended(id, 'delivered');
  });
});
