import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RetainedNotifications } from '../src/notifications/notifications.retained.js';
import { type Cleared, Retention } from '../src/retention/retention.js';
import { age } from './support/ageing.js';
import { TestApp, until } from './support/app.js';
import { environmentOf, runCli } from './support/cli.js';
import { send } from './support/requests.js';

const TERMS = { RETENTION_CONTENT_DAYS: '30', RETENTION_METADATA_DAYS: '60' };
const MANY = 450;

/** Old notifications that nobody sent, with one delivery each. */
const FILL = `
  WITH n AS (
    INSERT INTO notifications (id, reference, user_id, seq, type, category, title, message, locale, created_at)
    SELECT gen_random_uuid(), 'NOTIF' || n, 'many', n, 'general', 'general', 'A title', 'A message', 'en',
           now() - interval '40 days' FROM generate_series(1, ${MANY}) AS n RETURNING id)
  INSERT INTO deliveries (id, notification_id, user_id, type, category, channel, address, content, status)
  SELECT gen_random_uuid(), id, 'many', 'general', 'general', 'sms', '+919876543210', '{"text": "Hello"}', 'failed' FROM n`;

describe('erasing and deleting', () => {
  let service: TestApp;
  let database: DataSource;
  let retention: Retention;
  beforeAll(async () => {
    service = await TestApp.start(TERMS);
    database = service.app.get(DataSource);
    retention = service.app.get(Retention, { strict: false });
    await service.call('PUT', '/api/users/many', { body: {} });
  });
  afterEach(() => database.query('TRUNCATE notifications, deliveries CASCADE'));
  afterAll(() => service.stop());

  const cli = (args: readonly string[], env: Record<string, string> = TERMS) =>
    runCli(['retention', ...args], { ...environmentOf(service), ...env });
  const withWords = async () => {
    const [row] = await database.query<{ count: number }[]>(
      `SELECT count(*)::int AS count FROM deliveries WHERE content <> '{}' AND erased_at IS NULL`,
    );
    return row?.count;
  };

  it('goes in batches, and stops between two of them when it is told to', async () => {
    await database.query(FILL);
    const steps: Cleared['content'][] = [];
    const stop = new AbortController();
    const tell = ({ content }: Cleared) => {
      steps.push(content);
      if (steps.length === 2) stop.abort();
    };
    await retention.clear({ tell, signal: stop.signal });
    expect(steps).toEqual([
      { notifications: 200, deliveries: 200 },
      { notifications: 400, deliveries: 400 },
    ]);
    expect(await withWords()).toBe(MANY - 400);
    expect(await retention.clear()).toMatchObject({ content: { notifications: 50, deliveries: 50 } });
    expect(await withWords()).toBe(0);
  });

  it('takes each row once, however many take at the same time', async () => {
    await database.query(FILL);
    const owner = service.app.get(RetainedNotifications, { strict: false });
    const takes = [1, 2, 3, 4].map(() => database.transaction((tx) => owner.take('content', tx, 30)));
    let taken = (await Promise.all(takes)).reduce((sum, { notifications = 0 }) => sum + notifications, 0);
    taken += (await retention.clear())?.content['notifications'] ?? 0;
    expect([taken, await withWords()]).toEqual([MANY, 0]);
  });

  it('waits for nobody: what somebody holds is left for the next round, whole', async () => {
    await database.query(FILL);
    const holder = database.createQueryRunner();
    await holder.startTransaction();
    const [held] = await holder.manager.query<{ id: string }[]>(
      'SELECT id FROM deliveries LIMIT 1 FOR UPDATE',
    );
    expect(await retention.clear()).toMatchObject({
      content: { notifications: MANY - 1, deliveries: MANY - 1 },
    });
    await holder.rollbackTransaction();
    await holder.release();
    const kept = await database.query<object[]>(
      `SELECT d.id, n.title FROM deliveries d JOIN notifications n ON n.id = d.notification_id WHERE d.address IS NOT NULL`,
    );
    expect(kept).toEqual([{ id: held?.id, title: 'A title' }]);
  });

  it('is done by one process at a time', async () => {
    const other = database.createQueryRunner();
    await other.manager.query('SELECT pg_advisory_lock(1795723200)');
    expect(await retention.clear()).toBeNull();
    expect(await cli([])).toMatchObject({
      exit: 1,
      err: expect.stringContaining('at this moment') as string,
    });
    await other.manager.query('SELECT pg_advisory_unlock(1795723200)');
    await other.release();
    expect(await retention.clear()).not.toBeNull();
  });

  it('is counted by a dry run, and done by the command with its progress', async () => {
    await database.query(FILL);
    await database.query(`UPDATE notifications SET created_at = now() - interval '70 days' WHERE seq <= 10`);
    const dry = await cli(['--dry-run', '--json']);
    expect([dry.exit, dry.err]).toEqual([0, '']);
    expect(dry.json()).toMatchObject({
      ok: true,
      dry_run: true,
      content: { notifications: MANY, deliveries: MANY },
      metadata: { notifications: 10, deliveries: 10 },
    });
    expect(await withWords()).toBe(MANY);
    const done = await cli([]);
    expect(done.err).toContain('400 rows so far.');
    expect(done.out).toMatch(/^notifications +words after 30 days +450$/m);
    expect(done.out).toMatch(/^deliveries +rows after 60 days +10$/m);
    expect((await cli(['--dry-run'])).out).toBe('Nothing is due.\n');
    expect((await cli(['now'])).exit).toBe(2);
  });

  it('does not happen at all where things are kept for ever', async () => {
    await database.query(FILL);
    const forEver = { RETENTION_CONTENT_DAYS: '0', RETENTION_METADATA_DAYS: '0' };
    expect((await cli([], forEver)).out).toBe('Nothing is due.\n');
    const rowsOnly = await cli(['--json'], { ...TERMS, RETENTION_METADATA_DAYS: '0' });
    expect(rowsOnly.json()).toMatchObject({ content: { notifications: MANY }, metadata: {} });
    expect((await cli([], { RETENTION_CONTENT_DAYS: '90', RETENTION_METADATA_DAYS: '30' })).exit).toBe(3);
  });

  it('takes with it what was told to many, what people texted, and what counts against addresses', async () => {
    const { body } = await send(service, { id: 'many', phone: '+919876543210' }, { channels: ['sms'] });
    const bulk = await service.call('POST', '/api/notifications/bulk', {
      body: {
        user_ids: ['many'],
        notification_type: 'promotion',
        context_data: { title: 'Less', message: '20 % off', code: 'X', valid_until: '2026-01-31' },
      },
    });
    expect(bulk.status).toBe(202);
    await until(async () => {
      const [row] = await database.query<{ done: boolean }[]>(
        `SELECT status = 'done' AS done FROM bulk_sends`,
      );
      return row?.done || undefined;
    }, 'the bulk send');
    await database.query(
      `INSERT INTO inbound_messages (id, channel, provider, provider_id, from_address, to_address, body, keyword)
       VALUES (gen_random_uuid(), 'sms', 'twilio', 'SM1', '+919876543210', '+1', 'STOP it', 'stop')`,
    );
    await database.query(
      `INSERT INTO address_strikes SELECT channel, '+919876543210', id, '30003', now() FROM deliveries WHERE notification_id = $1 LIMIT 1`,
      [body.id],
    );
    await database.query(
      `INSERT INTO provider_events (provider, provider_id, status, rank, payload, applied)
       VALUES ('twilio', 'SM2', 'sent', 3, '{"To": "+919876543210"}', FALSE)`,
    );
    await age(database, 40);
    const words = { bulk_sends: 1, inbound_messages: 1, address_strikes: 1, provider_events: 1 };
    expect((await retention.clear())?.content).toMatchObject(words);
    const inbound = await service.call<{ results: object[] }>('GET', '/api/inbound');
    expect(inbound.body.results).toMatchObject([{ body: null, from: null, keyword: 'stop' }]);
    const progress = await service.call('GET', `/api/notifications/bulk/${String(bulk.body['id'])}`);
    expect(progress.body).toMatchObject({ status: 'done', total: 1 });
    await age(database, 30);
    expect((await retention.clear())?.metadata).toMatchObject({ bulk_sends: 1, inbound_messages: 1 });
    const metrics = await service.call<string>('GET', '/metrics', { headers: { host: 'localhost' } });
    expect(metrics.body).toContain('notifications_cleared_total{term="content",table="address_strikes"} 1');
  });
});
