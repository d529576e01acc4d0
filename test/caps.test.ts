import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { EventEmitter2 } from '@nestjs/event-emitter';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings } from '../src/app.module.js';
import { createApp } from '../src/app.setup.js';
import { Sweeper } from '../src/channels/sweeper.js';
import { CapReached } from '../src/costs/cap-reached.event.js';
import { SpendingCleaner } from '../src/costs/spending.cleaner.js';
import { type Claimed, Leases, type Outcome } from '../src/deliveries/leases.js';
import { Prices } from '../src/deliveries/prices.js';
import { Unknowns } from '../src/deliveries/unknowns.js';
import { TestApp, until } from './support/app.js';
import { environmentOf } from './support/cli.js';
import { ORDER, send } from './support/requests.js';

interface Cap {
  cap: string;
  key: string | null;
  percent: number;
  money: { used: string; allowed: string; currency: string } | null;
  messages: { used: number; allowed: number } | null;
  ends_at: string;
}

/** A time zone in which neither the hour nor the day ends while a test runs. */
function calmZone(now = new Date()): string {
  const minute = now.getUTCMinutes();
  // India's hours begin half an hour after those of Greenwich; the other one's day is young or old.
  if (minute < 15 || minute >= 45) return 'Asia/Kolkata';
  return now.getUTCHours() === 23 ? 'Asia/Tokyo' : 'UTC';
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
    const { body } = await service.call<{ results: Record<string, unknown>[] }>(
      'GET',
      '/api/deliveries?status=pending&channel=sms&limit=1',
    );
    const [cap] = await capsOf(service);
    expect(cap).toMatchObject({
      cap: 'all_day',
      key: null,
      percent: 100,
      messages: { used: 50, allowed: 50 },
    });
    expect(body.results[0]).toMatchObject({
      reason: 'cap',
      attempt: 0,
      scheduled_for: cap?.ends_at,
      rules: expect.arrayContaining([
        {
          rule: 'cap',
          outcome: 'hold',
          detail: expect.stringContaining('50 of 50 messages are used') as string,
        },
      ]) as unknown,
    });
  });

  it('is told of once at 80 % and once at all of it, whichever process noticed', async () => {
    expect(alerts.map(({ cap, percent }) => [cap, percent]).sort()).toEqual([
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

/** Nothing is dispatched by itself here: the test is the worker. */
describe('money', () => {
  let service: TestApp;
  let database: pg.Client;
  let leases: Leases;
  beforeAll(async () => {
    service = await TestApp.start({
      ROLE: 'api',
      CAP_ALL_MONTH: '1 USD',
      CAP_USER_DAY: '0.2 USD',
      CAP_CATEGORY_DAY: 'promotion=0 USD, 50 USD',
      CAP_RESERVE_PERCENT: '50',
      CAP_REACHED: 'skip',
      CAP_TIME_ZONE: calmZone(),
      VELOCITY_ADDRESS_HOUR: '3',
      VELOCITY_USER_HOUR: '0',
      VELOCITY_PREFIX_HOUR: '8',
      VELOCITY_PREFIX_LENGTH: '9',
    });
    database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
    leases = service.app.get(Leases, { strict: false });
  });
  afterAll(async () => {
    await database.end();
    await service.stop();
  });

  let people = 0;
  const person = (phone?: string) => {
    people += 1;
    const number = phone ?? `+9198${String(people).padStart(3, '0')}00000`;
    return {
      id: `m${people}`,
      phone: number,
      preferences: { order_updates_sms: true, payment_updates_sms: true },
    };
  };
  const planned = async (user: Record<string, unknown>, more: Record<string, unknown> = {}) => {
    const { body } = await send(service, user, { channels: ['sms'], ...more });
    const id = body.deliveries.find(({ channel }) => channel === 'sms')?.id ?? '';
    return { id, decision: body.deliveries.find(({ channel }) => channel === 'sms') };
  };
  const claimed = async (user: Record<string, unknown>, more: Record<string, unknown> = {}) => {
    const { id } = await planned(user, more);
    const row = await leases.claim(id, null, true);
    return { id, row };
  };
  const taken = async (user = person(), more: Record<string, unknown> = {}): Promise<Claimed> => {
    const { row } = await claimed(user, more);
    if (!row) throw new Error('It was not claimed.');
    return row;
  };
  const settle = (
    { id, attempt, leaseToken }: Claimed,
    outcome: Pick<Outcome, 'status'> & Partial<Outcome>,
  ) => leases.settle({ id, attempt, leaseToken, ...outcome });
  const used = async (cap = 'all_month') => {
    const { rows } = await database.query<{ money: string; messages: number }>(
      'SELECT sum(money)::text AS money, sum(messages)::int AS messages FROM spending WHERE scope = $1',
      [cap],
    );
    return rows[0];
  };
  const fresh = () => database.query('TRUNCATE spending');
  const deliveryOf = async (id: string) => (await service.call('GET', `/api/deliveries/${id}`)).body;

  it('is estimated in the answer, in a dry run and in the ledger', async () => {
    const estimate = { segments: 1, estimated_price: '0.08320', estimated_unit: 'USD' };
    const { id, decision } = await planned(person());
    expect(decision).toMatchObject(estimate);
    expect(await deliveryOf(id)).toMatchObject({ ...estimate, country: 'IN', price: null });
    const dry = await service.call<{ deliveries: object[] }>('POST', '/api/notifications?dry_run=true', {
      body: { type: 'order_confirmed', user: person(), context: ORDER },
    });
    expect(dry.body.deliveries).toContainEqual(expect.objectContaining(estimate));
  });

  it('is reserved by the claim, and replaced by what the provider has charged', async () => {
    await fresh();
    const row = await taken();
    expect(await used()).toEqual({ money: '0.08320', messages: 1 });
    await settle(row, {
      status: 'sent',
      provider: 'sandbox',
      providerId: `SM-${row.id}`,
      providerRank: 1,
      segments: 1,
    });
    const prices = service.app.get(Prices, { strict: false });
    const charged = { provider: 'sandbox', providerId: `SM-${row.id}`, price: '0.05', priceUnit: 'USD' };
    expect([await prices.record([charged]), await prices.record([charged])]).toEqual([1, 0]);
    expect(await used()).toEqual({ money: '0.05000', messages: 1 });
    expect(await deliveryOf(row.id)).toMatchObject({ price: '0.05000', estimated_price: '0.08320' });
  });

  it('is given back by what the provider has not taken, and reserved again by the next try', async () => {
    await fresh();
    const row = await taken();
    await settle(row, { status: 'pending', holdReason: 'retry', delay: 0 });
    expect(await used()).toEqual({ money: '0.00000', messages: 0 });
    const again = await leases.claim(row.id, null, true);
    expect(await used()).toEqual({ money: '0.08320', messages: 1 });
    if (again) await settle(again, { status: 'failed', reason: 'content', fault: 'content' });
    expect(await used()).toEqual({ money: '0.00000', messages: 0 });
  });

  it('stays reserved while nobody knows, and is given back when the provider never had it', async () => {
    await fresh();
    const row = await taken();
    await settle(row, { status: 'unknown' });
    expect(await used()).toEqual({ money: '0.08320', messages: 1 });
    const unknowns = service.app.get(Unknowns, { strict: false });
    const lost = await until(
      async () =>
        (await unknowns.take({ channel: 'sms', grace: 0, limit: 10, except: [] })).find(
          ({ id }) => id === row.id,
        ),
      'the unknown row',
    );
    await unknowns.resolve(lost, { found: false, again: true });
    expect(await used()).toEqual({ money: '0.00000', messages: 0 });
    expect(await deliveryOf(row.id)).toMatchObject({ status: 'pending' });
  });

  it('of several attempts is added up', async () => {
    await fresh();
    const first = await taken();
    const sent = { status: 'sent', provider: 'sandbox', providerRank: 1, segments: 1 } as const;
    const prices = service.app.get(Prices, { strict: false });
    const charge = (providerId: string) =>
      prices.record([{ provider: 'sandbox', providerId, price: '0.0832', priceUnit: 'USD' }]);
    await settle(first, { ...sent, providerId: `SM1-${first.id}` });
    await charge(`SM1-${first.id}`);
    await database.query(`UPDATE deliveries SET status = 'pending', next_attempt_at = now() WHERE id = $1`, [
      first.id,
    ]);
    const second = await leases.claim(first.id, null, true);
    if (second) await settle(second, { ...sent, providerId: `SM2-${first.id}` });
    expect(await deliveryOf(first.id)).toMatchObject({ price: '0.08320' });
    await charge(`SM2-${first.id}`);
    expect(await deliveryOf(first.id)).toMatchObject({ price: '0.16640' });
    expect(await used()).toEqual({ money: '0.16640', messages: 2 });
  });

  it('of one person is at an end while others still go', async () => {
    await fresh();
    const asha = person();
    await taken(asha);
    await taken(asha);
    const { id, row } = await claimed(asha);
    expect(row).toBeNull();
    const { rules, ...delivery } = await deliveryOf(id);
    expect(delivery).toMatchObject({ status: 'skipped', reason: 'cap', fault: 'policy' });
    expect((rules as object[]).at(-1)).toEqual({
      rule: 'cap',
      outcome: 'skip',
      detail:
        'The cap of one person a day is reached: 0.1664 of 0.20 USD are used. This one is expected to cost 0.0832 USD.',
    });
    await taken();
    // What was turned away counts nowhere.
    expect(await used()).toEqual({ money: '0.24960', messages: 3 });
  });

  it('beyond the share that is kept for them goes to critical messages alone', async () => {
    await fresh();
    const normal = { type: 'order_ready' };
    for (let sent = 0; sent < 6; sent += 1) await taken();
    expect((await claimed(person(), normal)).row).toBeNull();
    for (let sent = 6; sent < 12; sent += 1) await taken();
    expect((await claimed(person())).row).toBeNull();
    expect(await used()).toEqual({ money: '0.99840', messages: 12 });
  });

  it('of a category that may cost nothing is not spent', async () => {
    await fresh();
    const user = { ...person(), preferences: { promotion_updates_sms: true } };
    const promotion = { title: 'Offer', message: 'Less.', code: 'X', valid_until: '2030-01-31' };
    const { id, row } = await claimed(user, { type: 'promotion', context: promotion });
    expect(row).toBeNull();
    expect(await deliveryOf(id)).toMatchObject({ status: 'skipped', reason: 'cap' });
  });

  it('does not buy more than a few texts an hour to one number, nor to one range of numbers', async () => {
    await fresh();
    const phone = '+919812312345';
    for (let sent = 0; sent < 3; sent += 1) await taken(person(phone));
    const fourth = await claimed(person(phone));
    expect(fourth.row).toBeNull();
    const { rules, ...delivery } = await deliveryOf(fourth.id);
    expect(delivery).toMatchObject({ status: 'skipped', reason: 'velocity' });
    expect((rules as { detail: string }[]).at(-1)?.detail).toContain('3 of 3 messages have gone');
    for (let sent = 3; sent < 8; sent += 1) await taken(person(`+91981231${String(2000 + sent)}`));
    const ninth = await claimed(person('+919812312999'));
    expect(ninth.row).toBeNull();
    expect(await deliveryOf(ninth.id)).toMatchObject({ status: 'skipped', reason: 'velocity' });
    await taken(person('+919712312345'));
  });

  it('is forgotten when nobody can ask for it any more', async () => {
    await database.query(
      `INSERT INTO spending (scope, key, starts_at) VALUES ('all_month', '', now() - interval '41 days'),
              ('user_day', 'x', now() - interval '39 days'), ('address_hour', 'x', now() - interval '25 hours')`,
    );
    await service.app.get(SpendingCleaner, { strict: false }).clean();
    const { rows } = await database.query(
      `SELECT scope FROM spending WHERE starts_at < now() - interval '24 hours' AND key IN ('', 'x') AND money = 0`,
    );
    expect(rows).toEqual([{ scope: 'user_day' }]);
  });
});
