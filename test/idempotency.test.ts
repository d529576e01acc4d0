import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Idempotency } from '../src/http/idempotency.js';
import { TestApp } from './support/app.js';
import { type Accepted, ORDER } from './support/requests.js';

/** Two processes of the service, as a load balancer sees them: one database, no word between them. */
describe('one Idempotency-Key at two instances', () => {
  let first: TestApp;
  let second: TestApp;
  beforeAll(async () => {
    first = await TestApp.start({ ROLE: 'api' });
    second = await TestApp.start({ ROLE: 'api', DATABASE_URL: first.databaseUrl, DEV_API_KEY: first.key });
  });
  afterAll(async () => {
    await second.stop();
    await first.stop();
  });

  const person = (id: string) => ({ id, email: `${id}@example.com` });
  const post = <T = Accepted>(service: TestApp, key: string, body: object, path = '/api/notifications') =>
    service.call<T & { code?: string }>('POST', path, {
      as: first.key,
      headers: { 'idempotency-key': key },
      body,
    });
  const order = (id: string) => ({ type: 'order_confirmed', user: person(id), context: ORDER });
  const count = async (table: string, where: string) => {
    const [row] = await first.app
      .get(DataSource)
      .query<{ count: number }[]>(`SELECT count(*)::int AS count FROM ${table} WHERE ${where}`);
    return row?.count;
  };

  it('makes one notification of many rivals, and gives all of them the first answer', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [key, id] = [randomUUID(), `rival${round}`];
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, index) => post(index % 2 ? first : second, key, order(id))),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
      expect(answers.filter(({ headers }) => headers.has('idempotency-replayed'))).toHaveLength(11);
      expect(await count('notifications', `user_id = '${id}'`)).toBe(1);
    }
  });

  it('makes one bulk send of many rivals', async () => {
    await first.call('PUT', '/api/users/bulk1', { body: { email: 'bulk1@example.com' } });
    const request = { user_ids: ['bulk1'], notification_type: 'order_ready', context_data: ORDER };
    const key = randomUUID();
    const answers = await Promise.all(
      [first, second, first, second].map((service) =>
        post<{ id: string }>(service, key, request, '/api/notifications/bulk'),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await count('bulk_sends', 'TRUE')).toBe(1);
  });

  it('refuses another body with the same key, also for another route', async () => {
    const key = randomUUID();
    await post(first, key, order('one'));
    const other = await post(second, key, order('two'));
    expect([other.status, other.body.code]).toEqual([422, 'idempotency.key-reused']);
    const bulk = { user_ids: ['one'], notification_type: 'order_ready', context_data: ORDER };
    expect((await post(second, key, bulk, '/api/notifications/bulk')).status).toBe(422);
  });

  it('keeps no validation error and no failure: the same key may be used for the mended request', async () => {
    const key = randomUUID();
    expect((await post(first, key, { ...order('mended'), context: {} })).status).toBe(422);
    expect((await post(first, key, { ...order('mended'), type: 'no_such_type' })).status).toBe(422);
    expect(await count('idempotency_keys', `key = '${key}'`)).toBe(0);
    expect((await post(second, key, order('mended'))).status).toBe(202);
  });

  it('waits for a first request that is at work, and answers 409 after three seconds', async () => {
    const key = randomUUID();
    const holder = first.app.get(DataSource).createQueryRunner();
    await holder.startTransaction();
    await holder.query(
      `INSERT INTO idempotency_keys (caller, key, request_hash) SELECT caller, $1, 'x' FROM idempotency_keys LIMIT 1`,
      [key],
    );
    const began = performance.now();
    const late = await post(second, key, order('late'));
    const waited = performance.now() - began;
    expect([late.status, late.body.code]).toEqual([409, 'idempotency.in-progress']);
    expect(late.headers.get('retry-after')).toBe('1');
    expect(waited).toBeGreaterThan(2900);

    // One that ends in time without a trace leaves the key to who waits.
    const waiting = post(second, key, order('late'));
    await holder.rollbackTransaction();
    await holder.release();
    expect((await waiting).status).toBe(202);
  });

  it('is forgotten after 72 hours, not before', async () => {
    const [old, young] = [randomUUID(), randomUUID()];
    await post(first, old, order('old'));
    await post(first, young, order('young'));
    const database = first.app.get(DataSource);
    const age = (key: string, hours: string) =>
      database.query(`UPDATE idempotency_keys SET created_at = now() - $2::interval WHERE key = $1`, [
        key,
        hours,
      ]);
    await age(old, '72 hours 1 minute');
    await age(young, '71 hours 59 minutes');
    await first.app.get(Idempotency, { strict: false }).forgetOld(database);
    expect((await post(second, young, order('young'))).headers.get('idempotency-replayed')).toBe('true');
    expect((await post(second, old, order('old'))).headers.get('idempotency-replayed')).toBeNull();
    expect(await count('notifications', `user_id = 'old'`)).toBe(2);
  });

  it('is not needed with a dedupe_key: one notification, and the answer names the first', async () => {
    await first.call('PUT', '/api/users/dedupe', { body: { email: 'dedupe@example.com' } });
    const request = { type: 'order_confirmed', user: 'dedupe', context: ORDER, dedupe_key: 'order-1' };
    const answers = await Promise.all(
      [first, second, first, second, first, second].map((service) =>
        service.call<Accepted>('POST', '/api/notifications', { as: first.key, body: request }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await count('notifications', `user_id = 'dedupe'`)).toBe(1);
    const another = await first.call<Accepted>('POST', '/api/notifications', {
      body: { ...request, type: 'order_ready' },
    });
    expect(another.body.id).not.toBe(answers[0]?.body.id);
  });
});
