import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SpendingCleaner } from '../src/costs/spending.cleaner.js';
import { type Claimed, Leases, type Outcome } from '../src/deliveries/leases.js';
import { Prices } from '../src/deliveries/prices.js';
import { type Unknown, Unknowns } from '../src/deliveries/unknowns.js';
import { TestApp, until } from './support/app.js';
import { calmZone } from './support/calm.zone.js';
import { ORDER, send } from './support/requests.js';

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
    const { id } = await planned(user, more);
    // A sweep that looks at the row just then keeps it for a moment.
    return until(async () => (await leases.claim(id, null, true)) ?? undefined, 'the claim');
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
    await unknowns.resolve(lost, { found: false, asked: true, again: true });
    expect(await used()).toEqual({ money: '0.00000', messages: 0 });
    expect(await deliveryOf(row.id)).toMatchObject({ status: 'pending' });
  });

  it('stays spent when nobody could be asked', async () => {
    await fresh();
    const row = await taken();
    await settle(row, { status: 'unknown' });
    const unknowns = service.app.get(Unknowns, { strict: false });
    const lost = { id: row.id, attempt: row.attempt } as Unknown;
    await unknowns.resolve(lost, { found: false, asked: false, again: false });
    expect(await deliveryOf(row.id)).toMatchObject({ status: 'failed', reason: 'unknown_outcome' });
    expect(await used()).toEqual({ money: '0.08320', messages: 1 });
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

  it('is not given up where it was begun: what was tried before waits for the next hour', async () => {
    await fresh();
    const phone = '+919712312399';
    const row = await taken(person(phone));
    await settle(row, { status: 'pending', holdReason: 'retry', delay: 0 });
    for (let sent = 0; sent < 3; sent += 1) await taken(person(phone));
    expect(await leases.claim(row.id, null, true)).toBeNull();
    const { rules, scheduled_for, ...delivery } = await deliveryOf(row.id);
    expect(delivery).toMatchObject({ status: 'pending', reason: 'velocity', attempt: 1 });
    expect((rules as { detail: string }[]).at(-1)?.detail).toContain('It waits for the next hour.');
    expect(+new Date(scheduled_for as string) - Date.now()).toBeLessThanOrEqual(3_600_000);
    await database.query('UPDATE deliveries SET next_attempt_at = now() WHERE id = $1', [row.id]);
    await fresh();
    const next = await until(async () => (await leases.claim(row.id, null, true)) ?? undefined, 'the claim');
    expect(next.attempt).toBe(2);
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
