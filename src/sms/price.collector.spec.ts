import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accountOf, SID, TOKEN } from '../../test/support/twilio.js';
import { AppSettings } from '../config/app.settings.js';
import type { Breakers } from '../channels/breakers.js';
import type { Price, Prices, Unpriced } from '../deliveries/prices.js';
import { Sandbox } from '../sandbox/sandbox.js';
import { PriceCollector } from './price.collector.js';
import { SmsSettings } from './sms.settings.js';
import { TwilioProvider } from './twilio.provider.js';

const BATCH = 1000;

/** The ledger's part, in memory. */
class Ledger implements Pick<Prices, 'missing' | 'record'> {
  rows: Unpriced[] = [];
  prices: Price[] = [];
  readonly asked: (Date | null)[] = [];

  missing(_provider: string, _age: number, limit: number, after: Date | null = null): Promise<Unpriced[]> {
    this.asked.push(after);
    return Promise.resolve(this.rows.filter(({ sentAt }) => !after || sentAt > after).slice(0, limit));
  }

  record(prices: readonly Price[]): Promise<number> {
    this.prices.push(...prices);
    const known = new Set(prices.map(({ providerId }) => providerId));
    this.rows = this.rows.filter(({ providerId }) => !known.has(providerId));
    return Promise.resolve(prices.length);
  }
}

describe('Collecting prices', () => {
  let sandbox: Sandbox;
  let provider: TwilioProvider;
  let ledger: Ledger;
  let collector: PriceCollector;
  const breakers: { of: () => object | undefined } = { of: () => undefined };

  beforeAll(async () => {
    const timing = { queued: 1, sent: 1, delivered: 1, priced: 1 };
    sandbox = await Sandbox.start({ accountSid: SID, authToken: TOKEN, timing });
    provider = new TwilioProvider(accountOf({ SANDBOX_URL: sandbox.accountUrl }), new SmsSettings({}));
  });
  afterAll(async () => {
    provider.onApplicationShutdown();
    await sandbox.stop();
  });

  const collectorWith = (asked: TwilioProvider) => {
    const account = accountOf({ SANDBOX_URL: sandbox.accountUrl });
    const prices = ledger as unknown as Prices;
    return new PriceCollector(new AppSettings({}), account, asked, prices, breakers as unknown as Breakers);
  };
  const row = (id: string, providerId: string, more: Partial<Unpriced> = {}): Unpriced => ({
    id,
    attempt: 1,
    status: 'delivered',
    providerId,
    sentAt: new Date(),
    ...more,
  });

  beforeEach(() => {
    ledger = new Ledger();
    breakers.of = () => undefined;
    collector = collectorWith(provider);
  });

  /** Texts that have arrived and are priced at the carrier, and lack their price here. */
  const arrived = async (count: number, to = '+919876543210') => {
    const sent = await Promise.all(
      Array.from({ length: count }, () => provider.send({ to, body: 'x'.repeat(161) })),
    );
    const last = sent.at(-1)?.sid ?? '';
    await expect.poll(async () => (await provider.fetch(last)).price).not.toBeNull();
    ledger.rows = sent.map(({ sid }, index) => row(`${to}-${index}`, sid));
  };

  it.each([
    [3, 'one by one'],
    [60, 'by the list'],
  ])('learns the prices of %i texts, %s', async (count) => {
    await arrived(count);
    await expect
      .poll(async () => (await collector.round(Date.now() + 3_600_000), ledger.prices.length))
      .toBe(count);
    expect(ledger.prices[0]).toMatchObject({
      provider: 'sandbox',
      price: '0.16640',
      priceUnit: 'USD',
      segments: 2,
    });
    expect(new Set(ledger.prices.map(({ providerId }) => providerId)).size).toBe(count);
  });

  it('does not let a text that the carrier has lost hide the others', async () => {
    await arrived(2);
    ledger.rows.unshift(row('lost', `SM${'0'.repeat(32)}`));
    expect(await collector.round()).toBe(2);
    expect(ledger.rows.map(({ id }) => id)).toEqual(['lost']);
  });

  it('learns those, too, that the carrier’s list does not name', async () => {
    await arrived(60);
    const asked: [since: Date, until: Date][] = [];
    const full = {
      fetch: provider.fetch.bind(provider),
      sentBetween: (since: Date, until: Date) => (asked.push([since, until]), []),
    };
    const busy = collectorWith(full as unknown as TwilioProvider);
    await expect.poll(async () => (await busy.round(), ledger.prices.length)).toBeGreaterThan(0);
    expect(ledger.prices.length).toBeLessThanOrEqual(50);
    await expect.poll(async () => (await busy.round(Date.now() + 3_600_000), ledger.prices.length)).toBe(60);
    const [since, until] = asked[0] ?? [];
    expect(Number(until) - Number(since)).toBeLessThan(180_000);
  });

  it('asks less and less often for a price that does not come', async () => {
    const { sid } = await provider.send({ to: '+919000000000', body: 'stays sent' });
    ledger.rows = [row('slow', sid)];
    let calls = 0;
    const fetch = provider.fetch.bind(provider);
    const counted = {
      fetch: (id: string) => ((calls += 1), fetch(id)),
      sentBetween: provider.sentBetween.bind(provider),
    };
    const patient = collectorWith(counted as unknown as TwilioProvider);
    const start = Date.now();
    for (let second = 0; second < 3600; second++) await patient.round(start + second * 1000);
    // At 0, 2, 7, 22, 82 and 682 seconds.
    expect(calls).toBe(6);
  });

  it('takes a text that failed and has no price for free, after a while', async () => {
    const { sid } = await provider.send({ to: '+919000030001', body: 'queue overflow' });
    await expect.poll(async () => (await provider.fetch(sid)).word).toBe('failed');
    ledger.rows = [row('failed', sid)];
    const start = Date.now();
    for (const second of [0, 2, 7]) expect(await collector.round(start + second * 1000)).toBe(0);
    expect(await collector.round(start + 22_000)).toBe(1);
    expect(ledger.prices).toMatchObject([{ providerId: sid, price: '0', priceUnit: 'USD' }]);
  });

  it('goes on behind a full batch, and begins again at its end', async () => {
    const moment = (index: number) => new Date(1_800_000_000_000 + index);
    ledger.rows = Array.from({ length: BATCH + 5 }, (_, index) =>
      row(String(index), `SM${String(index).padStart(32, '0')}`, { sentAt: moment(index) }),
    );
    for (let round = 0; round < 3; round++) await collector.round();
    expect(ledger.asked).toEqual([null, moment(BATCH - 1), null]);
  });

  it('asks nothing while the carrier is not called at all', async () => {
    await arrived(1);
    breakers.of = () => ({});
    expect(await collector.round()).toBe(0);
    expect(ledger.asked).toEqual([]);
  });
});
