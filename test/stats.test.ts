import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countingSql, countingValues } from '../src/deliveries/delivery-counts.js';
import { TestApp } from './support/app.js';
import { send } from './support/requests.js';

interface Stats {
  total: number;
  results: { day?: string; type?: string; channel?: string; status?: string; count: number }[];
}

describe('figures about deliveries', () => {
  let service: TestApp;
  beforeAll(async () => {
    service = await TestApp.start({ ROLE: 'api' });
    for (const id of ['a', 'b', 'c']) await send(service, { id, email: `${id}@example.com` });
  });
  afterAll(() => service.stop());

  const stats = (query: string) => service.call<Stats>('GET', `/api/stats/deliveries${query}`);

  it('count by whatever is asked for', async () => {
    expect((await stats('?group_by=channel,status')).body).toMatchObject({
      total: 9,
      results: [
        { channel: 'email', status: 'pending', count: 3 },
        { channel: 'realtime', status: 'delivered', count: 3 },
        { channel: 'sms', status: 'skipped', count: 3 },
      ],
    });
    expect((await stats('?group_by=type')).body.results).toEqual([{ type: 'order_confirmed', count: 9 }]);
    expect((await stats('')).body.results[0]).toMatchObject({ channel: 'email', count: 3 });
  });

  it('let the day begin where the reader is', async () => {
    // A second past midnight in Kolkata is half past six in the evening in UTC, the day before.
    await service.app.get(DataSource)
      .query(`UPDATE deliveries SET created_at = date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
                - interval '5 hours 29 minutes 59 seconds' WHERE user_id = 'c' AND channel = 'email'`);
    const daysIn = async (zone: string) => {
      const { body } = await stats(`?group_by=day&time_zone=${zone}`);
      return body.results.map(({ day }) => day);
    };
    const [utc, kolkata] = [await daysIn('UTC'), await daysIn('Asia/Kolkata')];
    expect(utc).toHaveLength(2);
    expect(kolkata[0]).toBe(utc[1]);
  });

  it('are of a bounded period, and say which one is wrong', async () => {
    expect((await stats('?created_before=2020-01-01')).body.total).toBe(0);
    for (const query of [
      '?created_after=2020-01-01',
      '?created_after=2999-01-01',
      '?created_after=soon',
      '?time_zone=Mars/Olympus',
      '?group_by=address',
    ]) {
      const { status, body } = await service.call('GET', `/api/stats/deliveries${query}`);
      expect([query, status, body['code']]).toEqual([query, 400, 'query.invalid']);
    }
  });

  it('find the period by the primary key, however large the table is', async () => {
    const period = { from: new Date(Date.now() - 1000), to: new Date(), timeZone: 'UTC' };
    const plan = await service.app.get(DataSource).transaction(async (tx) => {
      await tx.query('SET LOCAL enable_seqscan = off');
      return tx.query<Record<string, string>[]>(
        `EXPLAIN ${countingSql(['day', 'status'])}`,
        countingValues(period),
      );
    });
    expect(JSON.stringify(plan)).toMatch(/deliveries_pkey.*Index Cond: \(\(id >= /);
  });

  it('are for staff and services with the scope', async () => {
    const as = await service.token('a');
    expect((await service.call('GET', '/api/stats/deliveries', { as })).status).toBe(403);
  });
});
