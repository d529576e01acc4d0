import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings } from '../src/app.module.js';
import { createApp } from '../src/app.setup.js';
import { BulkExpander } from '../src/notifications/bulk.expander.js';
import { TestApp, until } from './support/app.js';
import { ORDER } from './support/requests.js';

interface Bulk {
  id: string;
  status: string;
  expanded: number;
  total: number;
  deliveries: Record<string, Record<string, number>>;
}

describe('many people at once', () => {
  const people = Array.from({ length: 1200 }, (_, index) => `m${index}`);
  let service: TestApp;
  let database: pg.Client;
  beforeAll(async () => {
    service = await TestApp.start();
    database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
    await database.query('INSERT INTO users (id) SELECT unnest($1::text[])', [people]);
  });
  afterAll(async () => {
    await database.end();
    await service.stop();
  });

  const post = (user_ids: readonly string[], headers: Record<string, string> = {}) =>
    service.call<Bulk>('POST', '/api/notifications/bulk', {
      headers,
      body: { user_ids, notification_type: 'order_ready', context_data: ORDER },
    });
  const done = (id: string) =>
    until(async () => {
      const { body } = await service.call<Bulk>('GET', `/api/notifications/bulk/${id}`);
      return body.status === 'done' ? body : undefined;
    }, 'the end of the bulk');

  it('are told once each, though two processes are at it', async () => {
    const second = await createApp(
      readSettings({
        NODE_ENV: 'test',
        LOG_LEVEL: 'error',
        DATABASE_URL: service.databaseUrl,
        SECRET_KEY: 'a-master-key-of-the-test-run-0123456789-abc',
        JWT_SECRET: 'a-platform-key-of-the-test-run-0123456789',
        SANDBOX_URL: service.sandbox.accountUrl,
        SANDBOX_SMTP_URL: service.sandbox.smtpUrl,
      }),
    );
    await second.init();
    const { body } = await post(people);
    const { expanded, deliveries } = await done(body.id);
    expect(expanded).toBe(people.length);
    expect(deliveries['realtime']).toEqual({ delivered: people.length });
    const { rows } = await database.query(
      'SELECT count(*)::int AS count, count(DISTINCT user_id)::int AS people FROM notifications WHERE bulk_id = $1',
      [body.id],
    );
    expect(rows).toEqual([{ count: people.length, people: people.length }]);
    await second.close();
  });

  it('do not wait for a bulk that cannot go on', async () => {
    const { rows } = await database.query<{ id: string }>(
      `INSERT INTO bulk_sends (id, type, context, user_ids, total, caller, created_at)
       VALUES (gen_random_uuid(), 'a_type_of_the_past', '{}', '["m1"]', 1, 'service:x', now() - interval '1 hour')
       RETURNING id`,
    );
    const { body } = await post(['m2']);
    expect((await done(body.id)).expanded).toBe(1);
    const stuck = await service.call<Bulk>('GET', `/api/notifications/bulk/${rows[0]?.id ?? ''}`);
    expect(stuck.body).toMatchObject({ status: 'pending', expanded: 0 });
  });

  it('are told once by a request that is repeated, also when all have gone', async () => {
    await database.query(`INSERT INTO users (id) VALUES ('gone')`);
    const key = { 'idempotency-key': 'a-campaign' };
    const first = await post(['gone'], key);
    await done(first.body.id);
    await service.call('DELETE', '/api/users/gone');
    const again = await post(['gone'], key);
    expect(again.status, JSON.stringify(again.body)).toBe(202);
    expect(again.body.id).toBe(first.body.id);
  });

  it('cost nothing while there are none', async () => {
    const expander = service.app.get(BulkExpander, { strict: false });
    const numbers = async () =>
      (await database.query<{ last_value: string }>('SELECT last_value FROM notification_reference_seq'))
        .rows[0]?.last_value;
    const before = await numbers();
    for (let round = 0; round < 5; round += 1) await expander.expand();
    expect(await numbers()).toBe(before);
  });
});
