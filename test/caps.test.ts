import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { EventEmitter2 } from '@nestjs/event-emitter';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings } from '../src/app.module.js';
import { createApp } from '../src/app.setup.js';
import { Sweeper } from '../src/channels/sweeper.js';
import { CapReached } from '../src/costs/cap-reached.event.js';
import { TestApp } from './support/app.js';
import { calmZone } from './support/calm.zone.js';
import { environmentOf } from './support/cli.js';
import { ORDER } from './support/requests.js';

interface Cap {
  cap: string;
  key: string | null;
  percent: number;
  money: { used: string; allowed: string; currency: string } | null;
  messages: { used: number; allowed: number } | null;
  ends_at: string;
}

const capsOf = async (service: TestApp) =>
  (await service.call<{ caps: Cap[] }>('GET', '/api/stats/costs')).body.caps;

describe('a cap that two processes send against', () => {
  const alerts: CapReached[] = [];
  const LIMIT = 50;
  const PEOPLE = Array.from({ length: 200 }, (_, index) => `p${index}`);
  let service: TestApp;
  let second: NestFastifyApplication;
  let database: pg.Client;
  beforeAll(async () => {
    const caps = { CAP_ALL_DAY: `${LIMIT} messages`, CAP_TIME_ZONE: calmZone() };
    service = await TestApp.start(caps);
    second = await createApp(readSettings({ ...environmentOf(service), ...caps, LOG_LEVEL: 'error' }));
    await second.init();
    for (const app of [service.app, second])
      app.get(EventEmitter2).on(CapReached.name, (event: CapReached) => alerts.push(event));
    database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
    await database.query(
      `INSERT INTO users (id, phone) SELECT id, '+919876' || lpad(n::text, 6, '0')
         FROM unnest($1::text[]) WITH ORDINALITY AS people(id, n)`,
      [PEOPLE],
    );
    await database.query(
      `INSERT INTO preferences (user_id, category, channel, wanted)
       SELECT id, 'order', 'sms', true FROM unnest($1::text[]) AS people(id)`,
      [PEOPLE],
    );
  });
  afterAll(async () => {
    await database.end();
    await second.close();
    await service.stop();
  });

  const counts = async () => {
    const { rows } = await database.query<Record<string, number>>(
      `SELECT count(*) FILTER (WHERE sent_at IS NOT NULL)::int AS sent,
              count(*) FILTER (WHERE status = 'pending' AND hold_reason = 'cap')::int AS held
         FROM deliveries WHERE channel = 'sms'`,
    );
    return rows[0];
  };

  it('lets exactly as many through as it says, however many are sent at once', async () => {
    const send = (user: string) =>
      service.call('POST', '/api/notifications', {
        body: { type: 'order_confirmed', user, context: ORDER, channels: ['sms'] },
      });
    await Promise.all(PEOPLE.map(send));
    const end = { sent: LIMIT, held: PEOPLE.length - LIMIT };
    await expect.poll(counts, { timeout: 30_000 }).toEqual(end);
    expect(await service.sandbox.messages({ channel: 'sms' })).toHaveLength(LIMIT);
  }, 60_000);

  it('says to whom it happened, why, and until when', async () => {
    const { body } = await service.call<{ results: { id: string }[] }>(
      'GET',
      '/api/deliveries?status=pending&channel=sms&limit=1',
    );
    const id = body.results[0]?.id ?? '';
    // It may have been turned away while others were on their way: now they have gone, and it asks again.
    await database.query('UPDATE deliveries SET next_attempt_at = now() WHERE id = $1', [id]);
    const held = async () => (await service.call('GET', `/api/deliveries/${id}`)).body;
    const [cap] = await capsOf(service);
    expect(cap).toMatchObject({
      cap: 'all_day',
      key: null,
      percent: 100,
      messages: { used: 50, allowed: 50 },
    });
    await expect.poll(held, { timeout: 10_000 }).toMatchObject({
      reason: 'cap',
      attempt: 0,
      scheduled_for: cap?.ends_at,
      rules: expect.arrayContaining([
        {
          rule: 'cap',
          outcome: 'hold',
          detail: expect.stringMatching(
            /50 of 50 messages are used\. .* It waits for the next day\.$/,
          ) as string,
        },
      ]) as unknown,
    });
  });

  it('is told of once at 80 % and once at all of it, whichever process noticed', async () => {
    const told = () => alerts.map(({ cap, percent }) => [cap, percent]).sort();
    await expect.poll(told, { timeout: 10_000 }).toEqual([
      ['all_day', 100],
      ['all_day', 80],
    ]);
    const { body } = await service.call<string>('GET', '/metrics', { as: null });
    expect(body).toContain('notifications_cap_used_ratio{cap="all_day",key=""} 1');
  });

  it('lets what waited through when its next window begins, up to the cap again', async () => {
    await database.query(`UPDATE spending SET starts_at = starts_at - interval '1 day'`);
    await database.query(`UPDATE deliveries SET next_attempt_at = now() WHERE hold_reason = 'cap'`);
    await service.app.get(Sweeper, { strict: false }).sweep();
    const end = { sent: 2 * LIMIT, held: PEOPLE.length - 2 * LIMIT };
    await expect.poll(counts, { timeout: 30_000 }).toEqual(end);
    const { rows } = await database.query(
      `SELECT DISTINCT jsonb_array_length(rules) AS rules FROM deliveries WHERE hold_reason = 'cap'`,
    );
    expect(rows).toEqual([{ rules: 2 }]);
  }, 60_000);
});
