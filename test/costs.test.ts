import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApp, until } from './support/app.js';
import { environmentOf, runCli } from './support/cli.js';
import { ORDER, send } from './support/requests.js';

interface Cost {
  day?: string;
  type?: string;
  country?: string;
  provider?: string;
  currency: string | null;
  messages: number;
  segments: number;
  delivered: number;
  estimated: string;
  settled: string;
  unsettled: number;
  cost_per_delivered: string | null;
}
interface Report {
  totals: Cost[];
  results: Cost[];
  caps: { cap: string; key: string | null; percent: number }[];
}

/** Three texts: two of an order, one of a segment more. The carrier has named the price of each. */
describe('what messages have cost', () => {
  let service: TestApp;
  const caps = { CAP_USER_DAY: '0.25 USD', CAP_ALL_DAY: '10 USD, 100 messages' };
  const people = ['a', 'b', 'c'].map((id, index) => ({
    id,
    phone: `+91987654321${index}`,
    preferences: { order_updates_sms: true },
  }));
  beforeAll(async () => {
    service = await TestApp.start(caps);
    for (const user of people) await send(service, user, { channels: ['sms'] });
    const long = { order: { ...ORDER.order, order_number: 'X'.repeat(100) } };
    await send(service, people[0] ?? {}, { channels: ['sms'], context: long });
    await until(async () => {
      const [total] = (await costs('')).totals;
      return total?.delivered === 4 && total.unsettled === 0 ? total : undefined;
    }, 'the prices of four texts');
  }, 60_000);
  afterAll(() => service.stop());

  const costs = async (query: string) => (await service.call<Report>('GET', `/api/stats/costs${query}`)).body;

  it('is added up in all, and told apart by whatever is asked for', async () => {
    const { totals, results } = await costs('?by=type,country,provider');
    const all = {
      currency: 'USD',
      messages: 4,
      segments: 5,
      delivered: 4,
      estimated: '0.41600',
      settled: '0.41600',
      unsettled: 0,
      cost_per_delivered: '0.10400',
    };
    expect(totals).toEqual([all]);
    expect(results).toEqual([{ type: 'order_confirmed', country: 'IN', provider: 'sandbox', ...all }]);
    expect((await costs('')).results).toEqual([expect.objectContaining({ type: 'order_confirmed', ...all })]);
  });

  it('is narrowed like the deliveries, and bounded like them', async () => {
    expect((await costs('?type=order_ready')).totals).toEqual([]);
    expect((await costs('?country=IN&provider=sandbox&channel=sms')).totals[0]?.messages).toBe(4);
    for (const query of ['?by=status', '?created_after=2020-01-01', '?time_zone=Mars/Olympus', '?user=a']) {
      const { status, body } = await service.call('GET', `/api/stats/costs${query}`);
      expect([query, status, body['code']]).toEqual([query, 400, 'query.invalid']);
    }
    const as = await service.token('a');
    expect((await service.call('GET', '/api/stats/costs', { as })).status).toBe(403);
  });

  it('is shown beside the caps: everybody’s, and of people those near theirs', async () => {
    const caps = async () => (await costs('')).caps;
    await expect.poll(caps, { timeout: 10_000 }).toEqual([
      {
        cap: 'all_day',
        key: null,
        percent: 4,
        money: { used: '0.41600', allowed: '10.00000', currency: 'USD' },
        messages: { used: 4, allowed: 100 },
        starts_at: expect.any(String) as string,
        ends_at: expect.any(String) as string,
      },
      expect.objectContaining({ cap: 'user_day', key: 'a', percent: 99 }),
    ]);
  });

  it('keeps currencies apart, and says what nobody has priced', async () => {
    const database = service.app.get(DataSource);
    await database.query(
      `UPDATE deliveries SET price = 7, price_unit = 'INR' WHERE user_id = 'b' AND channel = 'sms'`,
    );
    await database.query(
      `UPDATE deliveries SET price = NULL, provider_id = NULL WHERE user_id = 'c' AND channel = 'sms'`,
    );
    const { totals } = await costs('');
    expect(
      totals.map(({ currency, messages, estimated, settled, unsettled }) => [
        currency,
        messages,
        estimated,
        settled,
        unsettled,
      ]),
    ).toEqual([
      ['INR', 1, '0.00000', '7.00000', 0],
      ['USD', 3, '0.33280', '0.24960', 1],
    ]);
    // What is not known yet counts as it was expected.
    expect(totals[1]?.cost_per_delivered).toBe('0.11093');
  });

  it('is also a command, for people and for programs', async () => {
    const cli = (...args: string[]) => runCli(['costs', ...args], { ...environmentOf(service), ...caps });
    const shown = await cli('--by', 'country');
    expect([shown.exit, shown.err]).toEqual([0, '']);
    expect(shown.out.split('\n').map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      'country messages segments delivered estimated settled unsettled per delivered',
      'IN 1 1 1 0.00 INR 7.00 INR 0 7.00 INR',
      'IN 3 4 3 0.3328 USD 0.2496 USD 1 0.11093 USD',
      'total 1 1 1 0.00 INR 7.00 INR 0 7.00 INR',
      'total 3 4 3 0.3328 USD 0.2496 USD 1 0.11093 USD',
      '',
      'cap of used until',
      expect.stringMatching(/^all_day all 4 % \(0\.416 of 10\.00 USD, 4 of 100 messages\) \d{4}-/),
      expect.stringMatching(/^user_day a 99 % \(0\.2496 of 0\.25 USD\) \d{4}-/),
      '',
    ]);
    const { json } = await cli('--json', '--from', '2020-01-01', '--to', '2020-02-01');
    expect(json()).toMatchObject({ ok: true, totals: [], results: [], caps: [{ cap: 'all_day' }, {}] });
    expect((await cli('--by', 'colour')).exit).toBe(2);
    expect((await cli('--from', '2020-01-01')).err).toContain('created_after must be at most 92 days');
  });

  it('is told of a bulk before it has gone', async () => {
    const { body } = await service.call<{ id: string }>('POST', '/api/notifications/bulk', {
      body: { user_ids: ['b', 'c'], notification_type: 'order_ready', context_data: ORDER },
    });
    const progress = async () =>
      (await service.call<Record<string, unknown>>('GET', `/api/notifications/bulk/${body.id}`)).body;
    await expect.poll(progress, { timeout: 20_000 }).toMatchObject({ status: 'done' });
    expect(await progress()).toMatchObject({ estimated: [{ price: '0.16640', currency: 'USD' }] });
  });
});
