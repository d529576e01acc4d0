import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeliveryView } from '../src/deliveries/delivery.view.js';
import { type Claimed, Leases } from '../src/deliveries/leases.js';
import { Prices } from '../src/deliveries/prices.js';
import { NOTHING_WRONG } from '../src/sandbox/behaviour.js';
import type { CostStatsView, CostView } from '../src/stats/costs.view.js';
import { TestApp, until } from './support/app.js';
import { CALLBACK_TOKEN, LocalCarrier } from './support/carrier.js';
import { environmentOf, runCli } from './support/cli.js';
import { decisionFor, send } from './support/requests.js';

const DOLLARS = '0.08320';

/** Twilio (the sandbox) charges in dollars, the carrier that takes over in rupees. */
describe('one text that carriers of two currencies have charged', () => {
  let carrier: LocalCarrier;
  let env: Record<string, string>;
  let service: TestApp;
  let database: pg.Client;
  beforeAll(async () => {
    carrier = await LocalCarrier.start();
    env = {
      SMS_HTTP_PROVIDER_FILE: carrier.file,
      SMS_PROVIDERS: 'twilio,local',
      CARRIER_KEY: 'key-of-tests',
      CAP_ALL_DAY: '10 USD',
    };
    service = await TestApp.start(env);
    database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
    await chargedByTwilio();
    await chargedByTheOther();
  }, 60_000);
  afterAll(async () => {
    await database.end();
    await service.stop();
    await carrier.stop();
  });

  let notification: string;
  let id: string;
  const delivery = async () => (await service.call<DeliveryView>('GET', `/api/deliveries/${id}`)).body;
  const once = (what: string, is: (row: DeliveryView) => boolean) =>
    until(async () => {
      const row = await delivery();
      return is(row) ? row : undefined;
    }, what);
  const costs = async (query: string) =>
    (await service.call<CostStatsView>('GET', `/api/stats/costs${query}`)).body;
  const figuresOf = ({ provider, currency, messages, delivered, settled, unsettled, ...line }: CostView) => [
    ...(provider === undefined ? [] : [provider]),
    currency,
    messages,
    delivered,
    settled,
    unsettled,
    line.cost_per_delivered,
  ];

  /** It takes the text, cannot bring it, and charges for it. */
  async function chargedByTwilio() {
    service.sandbox.behaviour.set({ ...NOTHING_WRONG, failNext: { count: 1, code: 30003 } });
    const user = { id: 'asha', phone: '+919876520001', preferences: { order_updates_sms: true } };
    const { body } = await send(service, user, { channels: ['sms'] });
    notification = body.id;
    id = decisionFor(body, 'sms')?.id ?? '';
    await once('the price in dollars', ({ status, price }) => status === 'pending' && price !== null);
  }

  async function chargedByTheOther() {
    service.sandbox.behaviour.set({ ...NOTHING_WRONG, unauthorized: true });
    await database.query('UPDATE deliveries SET next_attempt_at = now(), hinted_at = NULL WHERE id = $1', [
      id,
    ]);
    const { provider_id } = await once(
      'the second carrier',
      ({ status, provider }) => status === 'sent' && provider === 'local',
    );
    expect(await delivery()).toMatchObject({ price: DOLLARS, price_unit: 'USD' });
    expect((await costs('?by=provider')).results.map(figuresOf)).toEqual([
      ['local', 'USD', 1, 0, '0.00000', 1, null],
      ['sandbox', 'USD', 0, 0, DOLLARS, 0, null],
    ]);
    await service.call('POST', `/api/webhooks/sms/local?token=${CALLBACK_TOKEN}`, {
      as: null,
      body: { message_id: provider_id, ref: `${id}-2`, status: 'DELIVRD', charge: '0.18' },
    });
  }

  it('costs what each of them says, and never the sum of both', async () => {
    const charges = [
      { price: '0.18000', currency: 'INR' },
      { price: DOLLARS, currency: 'USD' },
    ];
    const shown = { price: '0.18000', price_unit: 'INR', charges };
    expect(await delivery()).toMatchObject({ ...shown, status: 'delivered', provider: 'local' });
    const { body } = await service.call<{ metadata: object }>('GET', `/api/notifications/${notification}`);
    expect(body.metadata).toMatchObject({ sms: shown });
    const exported = await service.call<{ notifications: { deliveries: object[] }[] }>(
      'GET',
      '/api/users/asha/export',
    );
    expect(exported.body.notifications[0]?.deliveries).toContainEqual(expect.objectContaining(shown));
  });

  it('is added up for each carrier in its own currency, and counted as one text', async () => {
    const { results, totals } = await costs('?by=provider');
    expect(results.map(figuresOf)).toEqual([
      ['local', 'INR', 1, 1, '0.18000', 0, '0.18000'],
      ['sandbox', 'USD', 0, 0, DOLLARS, 0, null],
    ]);
    expect(totals.map(figuresOf)).toEqual([
      ['INR', 1, 1, '0.18000', 0, '0.18000'],
      ['USD', 0, 0, DOLLARS, 0, null],
    ]);
    expect((await costs('?provider=sandbox')).totals.map(figuresOf)).toEqual([
      ['USD', 0, 0, DOLLARS, 0, null],
    ]);
    const { out } = await runCli(['costs', '--by', 'provider'], { ...environmentOf(service), ...env });
    expect(out.replaceAll(/ +/g, ' ')).toContain(
      'local 1 1 1 0.00 INR 0.18 INR 0 0.18 INR\nsandbox 0 0 0 0.00 USD 0.0832 USD 0 -\n',
    );
  });

  it('counts for a cap as it was charged in the currency of the caps, and as it was expected in another', async () => {
    const [cap] = (await costs('')).caps;
    expect(cap).toMatchObject({ cap: 'all_day', money: { used: '0.16640', currency: 'USD' } });
  });

  it('has the price of a try that was named when the next one had begun, once however often it is named', async () => {
    service.sandbox.behaviour.set({ ...NOTHING_WRONG, unauthorized: true });
    const user = { id: 'ravi', phone: '+919876520002', preferences: { order_updates_sms: true } };
    const { body } = await send(service, user, { channels: ['sms'] });
    id = decisionFor(body, 'sms')?.id ?? '';
    const { provider_id: message_id } = await once('the carrier', ({ status }) => status === 'sent');
    const report = (more: Record<string, string> = {}) =>
      service.call('POST', `/api/webhooks/sms/local?token=${CALLBACK_TOKEN}`, {
        as: null,
        body: { message_id, ref: `${id}-1`, status: 'UNDELIV', ...more },
      });
    await report();
    service.sandbox.behaviour.set(NOTHING_WRONG);
    await service.call('POST', '/api/channels/sms/resume');
    await database.query('UPDATE deliveries SET next_attempt_at = now(), hinted_at = NULL WHERE id = $1', [
      id,
    ]);
    await once('Twilio', ({ status, provider }) => status === 'delivered' && provider === 'sandbox');
    await Promise.all([report({ charge: '0.3' }), report({ charge: '0.3' })]);
    const { charges } = await once('both prices', ({ charges }) => charges.length > 1);
    expect(charges).toEqual([
      { price: '0.30000', currency: 'INR' },
      { price: DOLLARS, currency: 'USD' },
    ]);
    await report({ charge: '0.3' });
    expect((await delivery()).charges).toEqual(charges);
  });
});

/** Nothing is dispatched by itself here: the test is the worker, and the carriers. */
describe('charges of several attempts', () => {
  let service: TestApp;
  let database: pg.Client;
  let leases: Leases;
  let prices: Prices;
  beforeAll(async () => {
    service = await TestApp.start({ ROLE: 'api' });
    database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
    leases = service.app.get(Leases, { strict: false });
    prices = service.app.get(Prices, { strict: false });
  });
  afterAll(async () => {
    await database.end();
    await service.stop();
  });

  let people = 0;
  async function planned(): Promise<string> {
    people += 1;
    const user = {
      id: `p${people}`,
      phone: `+91987653${String(1000 + people)}`,
      preferences: { order_updates_sms: true },
    };
    const { body } = await send(service, user, { channels: ['sms'] });
    return decisionFor(body, 'sms')?.id ?? '';
  }
  const claimed = (id: string, provider: string): Promise<Claimed> =>
    until(async () => {
      await database.query(
        `UPDATE deliveries SET status = 'pending', next_attempt_at = now() WHERE id = $1`,
        [id],
      );
      return (await leases.claim(id, provider)) ?? undefined;
    }, 'the claim');
  const taken = async (id: string, provider: string) => {
    const { attempt, leaseToken } = await claimed(id, provider);
    const providerId = `${id}-${attempt}`;
    const sent = { status: 'sent', provider, providerId, providerRank: 1, segments: 1 } as const;
    await leases.settle({ id, attempt, leaseToken, ...sent });
    return providerId;
  };
  const charge = async (id: string, provider: string, price: string, priceUnit: string) => {
    const providerId = await taken(id, provider);
    await prices.record([{ provider, providerId, price, priceUnit }]);
  };
  const shown = async (id: string) => {
    const { body } = await service.call<DeliveryView>('GET', `/api/deliveries/${id}`);
    const { price, price_unit, charges } = body;
    return { price, price_unit, charges: charges.map((sum) => `${sum.price} ${sum.currency}`) };
  };

  it('are kept apart, whichever currency comes after which', async () => {
    const id = await planned();
    await charge(id, 'a', '0.08', 'USD');
    await charge(id, 'b', '0.18', 'INR');
    await charge(id, 'a', '0.07', 'USD');
    expect(await shown(id)).toEqual({
      price: '0.15000',
      price_unit: 'USD',
      charges: ['0.18000 INR', '0.15000 USD'],
    });
    await charge(id, 'b', '0.2', 'INR');
    expect(await shown(id)).toEqual({
      price: '0.38000',
      price_unit: 'INR',
      charges: ['0.38000 INR', '0.15000 USD'],
    });
    const { body } = await service.call<CostStatsView>('GET', '/api/stats/costs?by=provider');
    expect(body.results.map(({ provider, currency, settled }) => [provider, currency, settled])).toEqual([
      ['a', 'USD', '0.15000'],
      ['b', 'INR', '0.38000'],
    ]);
  });

  it('stay in the sums when the last attempt was taken by nobody', async () => {
    const before = (await service.call<CostStatsView>('GET', '/api/stats/costs?provider=c')).body.totals;
    expect(before).toEqual([]);
    const id = await planned();
    await charge(id, 'c', '0.5', 'EUR');
    await database.query(`UPDATE deliveries SET status = 'failed' WHERE id = $1`, [id]);
    await service.call('POST', `/api/deliveries/${id}/retry`, { body: { force: true } });
    const spent = async () => {
      const { body } = await service.call<CostStatsView>('GET', '/api/stats/costs?provider=c');
      return body.totals.map(({ currency, settled }) => [currency, settled]);
    };
    expect(await spent()).toEqual([['EUR', '0.50000']]);
    const { attempt, leaseToken } = await claimed(id, 'd');
    await leases.settle({ id, attempt, leaseToken, status: 'failed', reason: 'content', fault: 'content' });
    expect(await spent()).toEqual([['EUR', '0.50000']]);
  });

  it('keep the sum that was made before each charge was kept, in its own currency', async () => {
    const [same, other] = [await planned(), await planned()];
    for (const id of [same, other]) {
      await charge(id, 'e', '0.03', 'USD');
      // As the version before left it: claimed again, with the first charge in the sum.
      await database.query('UPDATE deliveries SET price_before = price, price = NULL WHERE id = $1', [id]);
      expect(await shown(id)).toMatchObject({ price: '0.03000', charges: ['0.03000 USD'] });
    }
    await charge(same, 'e', '0.04', 'USD');
    expect(await shown(same)).toEqual({ price: '0.07000', price_unit: 'USD', charges: ['0.07000 USD'] });
    await charge(other, 'f', '2', 'INR');
    expect(await shown(other)).toEqual({
      price: '2.00000',
      price_unit: 'INR',
      charges: ['2.00000 INR', '0.03000 USD'],
    });
    await charge(same, 'f', '3', 'INR');
    expect(await shown(same)).toMatchObject({ charges: ['3.00000 INR', '0.07000 USD'] });
  });
});
