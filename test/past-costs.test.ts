import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Retention } from '../src/retention/retention.js';
import type { CostStatsView } from '../src/stats/costs.view.js';
import { age } from './support/ageing.js';
import { TestApp } from './support/app.js';
import { environmentOf, runCli } from './support/cli.js';
import { decisionFor, send } from './support/requests.js';

const EVERYTHING = 'by=day,type,category,channel,country,provider';
const ZONES = ['Asia/Kolkata', 'UTC', 'Asia/Kathmandu', 'America/St_Johns'];

/** Nothing is sent here: how each text fared, and for how much, is written by the test. Rows are kept for 60 days. */
describe('what texts have cost whose rows are gone', () => {
  let service: TestApp;
  let database: DataSource;
  beforeAll(async () => {
    const terms = { RETENTION_CONTENT_DAYS: '30', RETENTION_METADATA_DAYS: '60' };
    service = await TestApp.start({ ROLE: 'api', ...terms });
    database = service.app.get(DataSource);
  });
  afterAll(() => service.stop());

  let people = 0;
  const ARRIVED = {
    status: 'delivered',
    provider: 'twilio',
    sent_at: 'now',
    delivered_at: 'now',
    price: '0.08320',
    price_unit: 'USD',
  };
  /** @param fared how it differs from one that has arrived, by column */
  async function text(fared: Record<string, string | null> = {}, type = 'order_confirmed') {
    people += 1;
    const phone = `+91987655${String(1000 + people)}`;
    const user = { id: `p${people}`, phone, preferences: { order_updates_sms: true } };
    const { body } = await send(service, user, { channels: ['sms'], type });
    const columns = Object.entries({ ...ARRIVED, ...fared });
    await database.query(
      `UPDATE deliveries SET ${columns.map(([name], index) => `${name} = $${index + 2}`).join(', ')} WHERE id = $1`,
      [decisionFor(body, 'sms')?.id, ...columns.map(([, value]) => value)],
    );
    return user.id;
  }
  const chargedBefore = (provider: string, price: string, currency: string) =>
    JSON.stringify([{ provider, id: null, price, currency }]);
  async function textsOfAllKinds() {
    await text();
    await text();
    await text({}, 'order_ready');
    const charges = chargedBefore('twilio', '0.08320', 'USD');
    await text({ price: '0.2', price_unit: 'INR', provider: 'local', charges });
    await text({ status: 'failed', delivered_at: null, price: null, price_unit: null });
    await text({ price: null, price_unit: null, estimated_price: null, estimated_unit: null, country: null });
    await text({ price_before: '0.1' });
  }
  async function costs(more = EVERYTHING) {
    const after = new Date(Date.now() - 91 * 86_400_000).toISOString();
    const path = `/api/stats/costs?created_after=${after}&${more}`;
    const { status, body } = await service.call<CostStatsView>('GET', path);
    expect(status).toBe(200);
    return { results: body.results, totals: body.totals };
  }
  const all = async () => ({
    zones: await Promise.all(ZONES.map((zone) => costs(`${EVERYTHING}&time_zone=${zone}`))),
    filters: await Promise.all(
      ['provider=local', 'country=IN&channel=sms', 'type=order_ready'].map((filter) => costs(filter)),
    ),
    sums: await costs('by=category'),
  });
  const clear = () => service.app.get(Retention, { strict: false }).clear();
  const left = async () => {
    const [row] = await database.query<{ count: number }[]>('SELECT count(*)::int AS count FROM deliveries');
    return row?.count;
  };

  it('is told as before, in every time zone, and counted once', async () => {
    await textsOfAllKinds();
    await age(database, 70);
    const before = await all();
    expect(
      before.sums.totals.map(({ currency, messages, settled }) => [currency, messages, settled]),
    ).toEqual([
      ['INR', 1, '0.20000'],
      ['USD', 5, '0.51600'],
      [null, 1, '0.00000'],
    ]);
    expect(before.sums.results[0]?.category).toBe('order');
    expect(await clear()).toMatchObject({ metadata: { notifications: 7 } });
    expect(await left()).toBe(0);
    expect(await all()).toEqual(before);
  });

  it('is added to what is still there, and to what went before it', async () => {
    await textsOfAllKinds();
    await age(database, 70);
    const kept = await text();
    const before = await all();
    await clear();
    expect(await left()).toBeGreaterThan(0);
    expect(await all()).toEqual(before);
    await service.call('DELETE', `/api/users/${kept}`);
    expect(await left()).toBe(0);
    expect(await all()).toEqual(before);
  });

  it('stays when a person is erased, and says nothing of them', async () => {
    const before = await all();
    const id = await text({ price: '7', price_unit: 'EUR' });
    expect((await service.call('DELETE', `/api/users/${id}`)).status).toBe(204);
    const { totals, results } = (await all()).sums;
    expect(totals.map(({ currency, settled }) => `${settled} ${currency}`)).toContain('7.00000 EUR');
    expect(results).toHaveLength(before.sums.results.length + 1);
    const rows = await database.query<object[]>('SELECT * FROM past_costs');
    expect(JSON.stringify(rows)).not.toContain(id);
  });

  it('is in the command, too', async () => {
    const from = new Date(Date.now() - 91 * 86_400_000).toISOString().slice(0, 10);
    const asked = ['costs', '--from', from, '--by', 'category', '--json'];
    const { json } = await runCli(asked, { ...environmentOf(service), ROLE: 'api' });
    const { totals } = (await all()).sums;
    expect(json()).toMatchObject({ totals: JSON.parse(JSON.stringify(totals)) as unknown });
  });
});
