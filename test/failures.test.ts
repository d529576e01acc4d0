import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Poller } from '../src/channels/poller.js';
import { Reports, type ReportedFailure } from '../src/channels/reports.js';
import { Leases } from '../src/deliveries/leases.js';
import { Silences } from '../src/deliveries/silences.js';
import { TestApp, until } from './support/app.js';
import { flyTo, type Loft, pigeons, teach } from './support/pigeons.js';
import { decisionFor } from './support/requests.js';

interface Row {
  status: string;
  reason: string | null;
  hold_reason: string | null;
  attempt: number;
  wait: number;
}

/** What becomes of messages of which the provider says later that they failed. Nothing is dispatched by itself. */
describe('a failure that is reported', () => {
  const loft: Loft = { send: () => Promise.reject(new Error('Nobody sends here.')) };
  let service: TestApp;
  let database: pg.Client;
  beforeAll(async () => {
    service = await TestApp.start({ ROLE: 'api' }, [pigeons(loft)]);
    database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
    await teach(service);
  });
  afterAll(async () => {
    await database.end();
    await service.stop();
  });

  let people = 0;
  /** A pigeon that the loft has taken, as the attempt of this number. */
  const flying = async (to = `p${(people += 1)}`, change = `attempt = 0`) => {
    const { body } = await flyTo(service, to);
    const id = decisionFor(body, 'pigeon')?.id ?? '';
    await database.query(`UPDATE deliveries SET ${change} WHERE id = $1`, [id]);
    const leases = service.app.get(Leases, { strict: false });
    const claim = async () => (await leases.claim(id)) ?? undefined;
    const { attempt, leaseToken } = await until(claim, 'the claim');
    const taken = {
      provider: 'loft',
      providerId: `${id}-${attempt}`,
      providerStatus: 'sent',
      providerRank: 3,
    };
    await leases.settle({ id, attempt, leaseToken, status: 'sent', ...taken });
    return { id, attempt, providerId: taken.providerId };
  };
  type Pigeon = Awaited<ReturnType<typeof flying>>;
  const say = ({ id, attempt, providerId }: Pigeon, failure: ReportedFailure | null, named = true) =>
    service.app.get(Reports, { strict: false }).receive({
      provider: 'loft',
      providerId,
      deliveryId: named ? id : null,
      attempt: named ? attempt : null,
      status: failure ? 'undelivered' : 'delivered',
      ...(failure && { failure }),
      payload: {},
    });
  const failure = (kind: ReportedFailure['kind'], more: Partial<ReportedFailure> = {}): ReportedFailure => ({
    kind,
    code: 'L7',
    message: 'A hawk.',
    ...more,
  });
  const rowOf = async ({ id }: Pigeon) => {
    const { rows } = await database.query<Row>(
      `SELECT status, reason, hold_reason, attempt, extract(epoch FROM next_attempt_at - now())::float8 AS wait
         FROM deliveries WHERE id = $1`,
      [id],
    );
    return rows[0];
  };
  const isClosed = async (person: string) => {
    const { rows } = await database.query('SELECT reason FROM suppressions WHERE address = $1', [
      `roof of ${person}`,
    ]);
    return rows.length > 0;
  };

  it('that may pass is tried again, as often as the guarantee allows, also by the id of the provider alone', async () => {
    const order = await flying(undefined, 'attempt = 2');
    await say(order, failure('not_accepted'), false);
    expect(await rowOf(order)).toMatchObject({ status: 'pending', hold_reason: 'retry', attempt: 3 });
    const promotion = await flying(undefined, `attempt = 2, guarantee = 'at_most_once'`);
    await say(promotion, failure('not_accepted'));
    expect(await rowOf(promotion)).toMatchObject({ status: 'failed', reason: 'attempts_exhausted' });
  });

  it('is tried for a day from the first call; the claims before it that called nobody do not count', async () => {
    const [waited, old] = [await flying(), await flying()];
    await database.query(
      `INSERT INTO delivery_attempts (delivery_id, attempt, lease_token, outcome, started_at, finished_at)
       VALUES ($1, 1, gen_random_uuid(), 'pending', now() - interval '30 hours', now() - interval '30 hours')`,
      [waited.id],
    );
    await database.query(
      `UPDATE delivery_attempts SET started_at = now() - interval '30 hours' WHERE delivery_id = $1`,
      [old.id],
    );
    for (const pigeon of [waited, old]) await say(pigeon, failure('not_accepted'));
    expect(await rowOf(waited)).toMatchObject({ status: 'pending', hold_reason: 'retry' });
    expect(await rowOf(old)).toMatchObject({ status: 'failed', reason: 'attempts_exhausted' });
  });

  it('of a person who cannot be reached is tried once more, half an hour later', async () => {
    const [first, second] = [await flying(), await flying(undefined, 'attempt = 1')];
    for (const pigeon of [first, second]) await say(pigeon, failure('maybe_later'));
    const again = await rowOf(first);
    expect(again).toMatchObject({ status: 'pending' });
    expect(again?.wait).toBeGreaterThan(1700);
    expect(await rowOf(second)).toMatchObject({ status: 'failed', reason: 'unreachable' });
  });

  it('is no reason to try when the next attempt would come too late', async () => {
    const pigeon = await flying(undefined, `expires_at = now() + interval '10 minutes'`);
    await say(pigeon, failure('maybe_later'));
    expect(await rowOf(pigeon)).toMatchObject({ status: 'failed', reason: 'expired' });
  });

  it('closes an address at once, or with the third message in a row', async () => {
    await say(await flying('gone'), failure('address'));
    expect(await isClosed('gone')).toBe(true);

    const repeated = failure('address', { closes: 'when_repeated' });
    const twice = await flying('moved');
    for (let told = 0; told < 3; told += 1) await say(twice, repeated);
    await say(await flying('moved'), repeated);
    expect(await isClosed('moved')).toBe(false);
    await say(await flying('moved'), null);
    for (const count of [1, 2, 3]) {
      await say(await flying('moved'), repeated);
      expect(await isClosed('moved')).toBe(count === 3);
    }
  });

  it('of our configuration stops the provider for everybody, and nothing is lost', async () => {
    const pigeon = await flying();
    await say(pigeon, failure('configuration'));
    expect(await rowOf(pigeon)).toMatchObject({ status: 'pending', attempt: 1 });
    const { body } = await flyTo(service, 'late');
    expect(decisionFor(body, 'pigeon')).toMatchObject({ status: 'pending', reason: 'breaker_open' });
    await service.call('POST', '/api/channels/pigeon/resume');
  });

  it('is found by asking when nobody told of it', async () => {
    const [silent, home, unknown] = [await flying(), await flying(), await flying()];
    const asked: string[][] = [];
    loft.lookUp = (messages) => {
      asked.push(messages.map(({ providerId }) => providerId));
      return Promise.resolve(
        new Map([
          [silent.providerId, { status: 'sent' as const, payload: {} }],
          [home.providerId, { status: 'delivered' as const, payload: {} }],
          [unknown.providerId, undefined],
        ]),
      );
    };
    const poller = service.app.get(Poller, { strict: false });
    await poller.round();
    expect(asked[0]).toEqual(
      expect.arrayContaining([silent, home, unknown].map(({ providerId }) => providerId)),
    );
    expect(await rowOf(home)).toMatchObject({ status: 'delivered' });
    expect(await rowOf(silent)).toMatchObject({ status: 'sent' });
    // Not again before it has been silent half as long again.
    await database.query(
      `UPDATE deliveries SET sent_at = now() - interval '1 hour', asked_at = now() - CASE WHEN id = $1 THEN interval '15 minutes'
              ELSE interval '30 minutes' END WHERE id = ANY($2)`,
      [silent.id, [silent.id, unknown.id]],
    );
    await poller.round();
    expect(asked[1]).toEqual([unknown.providerId]);
  });

  /** One that has been silent for so long that it is not asked after again in a moment. */
  const silentPigeon = async () => {
    const pigeon = await flying();
    await database.query(`UPDATE deliveries SET sent_at = sent_at - interval '1 hour' WHERE id = $1`, [
      pigeon.id,
    ]);
    return pigeon;
  };

  it('is found by asking in many questions, none of which repeats another while there are some left', async () => {
    await database.query(`UPDATE deliveries SET status = 'failed' WHERE status = 'sent'`);
    const pigeons = [];
    for (let count = 0; count < 5; count += 1) pigeons.push(await silentPigeon());
    const ids = pigeons.map(({ providerId }) => providerId);
    const asked: string[] = [];
    loft.lookUp = (messages) => {
      const two = messages.slice(0, 2).map(({ providerId }) => providerId);
      asked.push(...two);
      return Promise.resolve(new Map(two.map((id) => [id, { status: 'sent', payload: {} }])));
    };
    const poller = service.app.get(Poller, { strict: false });
    for (let round = 0; round < 3; round += 1) await poller.round();
    expect(asked).toEqual(ids);
    const { rows } = await database.query(
      'SELECT FROM deliveries WHERE asked_at IS NULL AND provider_id = ANY($1)',
      [ids],
    );
    expect(rows).toHaveLength(0);
  });

  it('keeps its turn when the question fails, and the provider is let alone for a moment', async () => {
    const pigeon = await silentPigeon();
    let questions = 0;
    loft.lookUp = () => {
      questions += 1;
      return Promise.reject(new Error('Nobody is at home.'));
    };
    const poller = service.app.get(Poller, { strict: false });
    const now = Date.now();
    await poller.round(now);
    await poller.round(now + 1000);
    expect(questions).toBe(1);
    loft.lookUp = (messages) =>
      Promise.resolve(
        new Map(messages.map(({ providerId }) => [providerId, { status: 'delivered', payload: {} }])),
      );
    await poller.round(now + 10_000);
    expect(await rowOf(pigeon)).toMatchObject({ status: 'delivered' });
  });

  it('is asked after by one instance at a time; what it gives back another one may ask', async () => {
    const pigeon = await silentPigeon();
    const silences = service.app.get(Silences, { strict: false });
    const query = { channel: 'pigeon', provider: 'loft', patience: 0, after: null };
    const first = await silences.take(query);
    expect(first.rows.map(({ id }) => id)).toContain(pigeon.id);
    expect((await silences.take(query)).rows).toEqual([]);
    await silences.giveBack(first.rows, first.takenAt);
    const second = await silences.take(query);
    expect(second.rows).toEqual(first.rows);
    // The first one comes late: these are another's now.
    await silences.giveBack(first.rows, first.takenAt);
    expect((await silences.take(query)).rows).toEqual([]);
  });
});
