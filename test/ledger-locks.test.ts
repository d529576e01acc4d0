import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Backlog } from '../src/deliveries/backlog.js';
import { type Claimed, Leases, type Outcome } from '../src/deliveries/leases.js';
import { Prices } from '../src/deliveries/prices.js';
import { type JudgedReport, ProviderReports } from '../src/deliveries/provider-reports.js';
import { TestApp, until } from './support/app.js';
import { type Accepted, send } from './support/requests.js';

/** The later one first: whoever locks rows as they are named has it in hand while waiting for the earlier. */
type Pair = readonly [later: Claimed, earlier: Claimed];

/* So many others that rows are found by their keys, one after the other, and not as the table holds them. */
const OTHERS = [
  'SET session_replication_role = replica',
  `INSERT INTO deliveries (id, notification_id, user_id, type, category, channel, address, status, priority, provider, provider_id)
   SELECT gen_random_uuid(), gen_random_uuid(), 'u' || n, 'order_confirmed', 'order', 'sms', 'a' || n, 'delivered', 1,
          'twilio', 'SM-' || n
     FROM generate_series(1, 20000) AS n`,
  'SET session_replication_role = DEFAULT',
  'ANALYZE deliveries',
];

/** Statements on many rows meet others on the same rows. Nothing is dispatched by itself here. */
describe('the locks of the ledger', () => {
  let service: TestApp;
  let database: pg.Client;
  let other: pg.Client;
  beforeAll(async () => {
    service = await TestApp.start({ ROLE: 'api' });
    [database, other] = [0, 1].map(() => new pg.Client({ connectionString: service.databaseUrl })) as [
      pg.Client,
      pg.Client,
    ];
    await Promise.all([database.connect(), other.connect()]);
    for (const statement of OTHERS) await database.query(statement);
  });
  afterAll(async () => {
    await Promise.all([database.end(), other.end()]);
    await service.stop();
  });

  afterEach(() => other.query('ROLLBACK'));

  const get = <T>(type: abstract new (...args: never[]) => T) => service.app.get<T>(type, { strict: false });
  let people = 0;
  const pending = async (): Promise<string> => {
    people += 1;
    const phone = `+9198755${String(10_000 + people)}`;
    const person = { id: `k${people}`, phone, preferences: { order_updates_sms: true } };
    const { body } = await send(service, person, { channels: ['sms'] });
    const { rows } = await database.query<{ id: string }>(
      `SELECT id FROM deliveries WHERE notification_id = $1 AND channel = 'sms'`,
      [(body satisfies Accepted).id],
    );
    return rows[0]?.id ?? '';
  };
  const claimed = async (): Promise<Claimed> => {
    const id = await pending();
    return until(async () => (await get(Leases).claim(id)) ?? undefined, 'the claim');
  };
  const sent = ({ id, attempt, leaseToken }: Claimed): Outcome => ({
    ...{ id, attempt, leaseToken, status: 'sent', provider: 'twilio', providerId: `SM-${id}` },
    ...{ providerStatus: 'queued', providerRank: 1, segments: 1 },
  });
  const arrived = ({ id, attempt }: Claimed): JudgedReport => ({
    ...{ provider: 'twilio', providerId: `SM-${id}`, deliveryId: id, attempt, word: 'delivered', rank: 6 },
    ...{ status: 'delivered', reason: null, fault: null, delay: 0, errorCode: null, errorMessage: null },
    payload: {},
  });
  const priced = ({ id }: Claimed) => {
    return { provider: 'twilio', providerId: `SM-${id}`, price: '0.08', priceUnit: 'USD' };
  };
  const settleAll = (pair: Pair) => Promise.all(pair.map((row) => get(Leases).settle(sent(row))));
  const reportAll = (pair: Pair) => Promise.all(pair.map((row) => get(ProviderReports).apply(arrived(row))));

  /** Whether somebody waits for a lock. */
  const isWaiting = async () => {
    const { rows } = await database.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.length > 0;
  };

  it.each<[string, (pair: Pair) => Promise<unknown>, (pair: Pair) => Promise<unknown>]>([
    ['outcomes are written down', () => Promise.resolve(), settleAll],
    ['providers report', settleAll, reportAll],
    ['prices are learnt', settleAll, (pair) => get(Prices).record(pair.map(priced))],
  ])('are taken in the order of the ids when %s', async (_, before, work) => {
    const earlier = await claimed();
    const pair = [await claimed(), earlier] as const;
    await before(pair);
    await other.query('BEGIN');
    await other.query('SELECT FROM deliveries WHERE id = $1 FOR UPDATE', [pair[1].id]);
    const done = work(pair);
    await until(isWaiting, 'the wait for the earlier one');
    // Would they have the later one already, the two would wait for each other.
    await other.query('SELECT FROM deliveries WHERE id = $1 FOR UPDATE NOWAIT', [pair[0].id]);
    await other.query('ROLLBACK');
    await done;
  });

  it('pass by what somebody is claiming, when a hint is taken back', async () => {
    const id = await pending();
    await other.query('BEGIN');
    await other.query('SELECT FROM deliveries WHERE id = $1 FOR UPDATE', [id]);
    await get(Backlog).untold([id]);
  });

  it('keep nobody waiting who notes what a provider has said', async () => {
    const row = await claimed();
    await other.query('BEGIN');
    await other.query(
      `INSERT INTO provider_events (delivery_id, attempt, provider, provider_id, status, rank, payload, applied)
       VALUES ($1, 1, 'twilio', 'SM', 'queued', 1, '{}', false)`,
      [row.id],
    );
    expect(await get(Leases).settle(sent(row))).toBe(true);
    expect(await get(ProviderReports).apply(arrived(row))).toMatchObject({ status: 'delivered' });
  });
});
