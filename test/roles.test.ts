import { setTimeout as sleep } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import pg from 'pg';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Dispatcher } from '../src/channels/dispatcher.js';
import { PRIORITY } from '../src/deliveries/status.js';
import { Queues } from '../src/queue/queues.js';
import { TestApp, until } from './support/app.js';
import { hasRedis, testRedis } from './support/databases.js';
import { Link } from './support/link.js';
import { send } from './support/requests.js';

const mail = (id: string) => ({ id, email: `${id}@example.com` });

describe.skipIf(!hasRedis)('a process that only answers requests', () => {
  let service: TestApp;
  afterEach(() => service.stop());

  const start = async () => {
    service = await TestApp.start({ ROLE: 'api', REDIS_URL: await testRedis() });
    const queues = service.app.get(Queues, { strict: false });
    await vi.waitUntil(() => queues.ready);
    const queue = queues.get('email');
    if (!queue) throw new Error('no queue');
    return queue;
  };

  it('tells the workers through Bull, and takes no job itself', async () => {
    const queue = await start();
    await send(service, mail('asha'));
    await vi.waitUntil(async () => (await queue.count()) === 1);
    expect(await queue.getActiveCount()).toBe(0);
    expect(await queue.getWaitingCount()).toBe(1);
  });

  it('lets an order go before a campaign in the queue', async () => {
    const queue = await start();
    const dispatcher = service.app.get(Dispatcher, { strict: false });
    for (const [name, priority] of Object.entries({
      bulk1: 2,
      bulk2: 2,
      normal: 1,
      critical: PRIORITY.critical,
    }))
      dispatcher.hint('email', { id: name, attempt: 0, priority });
    await vi.waitUntil(async () => (await queue.count()) === 4);
    const order: unknown[] = [];
    for (let left = 4; left > 0; left -= 1) {
      const job = await queue.getNextJob();
      order.push((job?.data as { id: string } | undefined)?.id);
      await job?.moveToCompleted('', true, true);
    }
    expect(order).toEqual(['critical', 'normal', 'bulk1', 'bulk2']);
  });

  it('leaves what a frozen Redis did not take to the next sweep of a worker', async () => {
    const link = await Link.to(await testRedis());
    service = await TestApp.start({ ROLE: 'api', REDIS_URL: link.url });
    const queues = service.app.get(Queues, { strict: false });
    await vi.waitUntil(() => queues.ready);
    link.freeze();
    const { body } = await send(service, mail('asha'));
    const database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
    await vi.waitUntil(
      async () => {
        const { rows } = await database.query<{ status: string; hinted_at: Date | null }>(
          `SELECT status, hinted_at FROM deliveries WHERE notification_id = $1 AND channel = 'email'`,
          [body.id],
        );
        return rows[0]?.status === 'pending' && rows[0].hinted_at === null;
      },
      { timeout: 5000 },
    );
    await database.end();
    await link.close();
  });
});

describe.skipIf(!hasRedis)('a worker that starts', () => {
  it('takes no job before all of it is ready, and then what waited', async () => {
    const redis = await testRedis();
    const api = await TestApp.start({ ROLE: 'api', REDIS_URL: redis });
    onTestFinished(() => api.stop());
    const queues = api.app.get(Queues, { strict: false });
    await vi.waitUntil(() => queues.ready);
    const waiting = async () => await queues.get('email')?.count();
    const people = ['asha', 'ravi', 'meena'];
    await Promise.all(people.map((id) => send(api, mail(id))));
    await vi.waitUntil(async () => (await waiting()) === people.length);

    let left: number | undefined;
    class SlowToStart {
      async onModuleInit(): Promise<void> {
        await sleep(500);
        left = await waiting();
      }
    }
    @Module({ providers: [SlowToStart] })
    class SlowModule {}
    const env = { ROLE: 'worker', REDIS_URL: redis, DATABASE_URL: api.databaseUrl };
    const worker = await TestApp.start({ ...env, SANDBOX_SMTP_URL: api.sandbox.smtpUrl }, [SlowModule]);
    onTestFinished(() => worker.stop());
    expect(left).toBe(people.length);
    const sent = () => api.sandbox.messages({ channel: 'email' });
    await until(async () => (await sent()).length === people.length || undefined, 'the mails');
  });
});
