import http from 'node:http';
import { once } from 'node:events';
import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { Queues } from '../src/queue/queues.js';
import type { Receipt } from '../src/channels/channel.js';
import { TestApp } from './support/app.js';
import { hasRedis, testRedis } from './support/databases.js';
import { carried, flyTo, pigeons, teach } from './support/pigeons.js';

/** As many as a process carries at once. */
const UNDERWAY = 64;
/** So many have to arrive before it carries as many: it starts slowly with a provider that it does not know. */
const FIRST = UNDERWAY - 1;
const LEFT = 16;
const SENT = FIRST + UNDERWAY + LEFT;

for (const path of ['inside the process', 'through Bull'] as const) {
  describe.skipIf(path === 'through Bull' && !hasRedis)(`a process that is told to stop, ${path}`, () => {
    it('ends what has begun, writes it down, and leaves the rest to others at once', async () => {
      const landing: (() => void)[] = [];
      const send = (message: Parameters<typeof carried>[0]) =>
        new Promise<Receipt>((resolve) => landing.push(() => resolve(carried(message))));
      const env = path === 'through Bull' ? { REDIS_URL: await testRedis() } : {};
      const service = await TestApp.start(env, [pigeons({ send })]);
      const database = new pg.Client({ connectionString: service.databaseUrl });
      await database.connect();
      await teach(service);
      const queues = service.app.get(Queues, { strict: false });
      if (path === 'through Bull') await vi.waitUntil(() => queues.ready);
      await Promise.all(Array.from({ length: SENT }, (_, index) => flyTo(service, `p${index}`)));
      for (let landed = 0; landed < FIRST; landed += 1) {
        await vi.waitUntil(() => landing.length > 0, { timeout: 10_000 });
        landing.shift()?.();
      }
      await vi.waitUntil(() => landing.length === UNDERWAY, { timeout: 10_000 });

      const closing = service.app.close();
      const queue = queues.get('pigeon');
      if (queue) await vi.waitUntil(() => queue.isPaused(true));
      landing.splice(0).forEach((land) => land());
      await closing;

      expect(landing).toHaveLength(0);
      const { rows } = await database.query(
        `SELECT status, hinted_at IS NULL AS untold, count(*)::int AS count FROM deliveries
          WHERE channel = 'pigeon' GROUP BY 1, 2 ORDER BY 1`,
      );
      await database.end();
      const left = { status: 'pending', untold: path === 'inside the process', count: LEFT };
      expect(rows).toEqual([{ status: 'delivered', untold: false, count: FIRST + UNDERWAY }, left]);
      await service.stop();
    });
  });
}

describe('a process that is told to stop', () => {
  it('ends the connection with the answer that was under way, whoever would keep it open', async () => {
    const service = await TestApp.start();
    const agent = new http.Agent({ keepAlive: true });
    const waiting = http.get(`${service.url}/api/dev/messages?channel=sms&to=nobody&wait=1s`, {
      agent,
      headers: { authorization: `Bearer ${service.key}` },
    });
    await once(waiting, 'socket');
    const answered = once(waiting, 'response') as Promise<[http.IncomingMessage]>;
    await new Promise((resolve) => setTimeout(resolve, 200));
    const closing = service.app.close();
    const [answer] = await answered;
    answer.resume();
    expect(answer.headers.connection).toBe('close');
    await closing;
    agent.destroy();
    await service.stop();
  });

  it('still takes requests for as long as it was told, says that it goes, and ends each connection', async () => {
    const service = await TestApp.start({ SHUTDOWN_DELAY_SECONDS: '2' });
    const ready = () => fetch(`${service.url}/health/ready`);
    expect((await ready()).status).toBe(200);

    const closing = service.app.close();
    const answer = await ready();
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ status: 'stopping' });
    expect(answer.headers.get('connection')).toBe('close');
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    await closing;
    await expect(ready()).rejects.toThrow();
    await service.stop();
  });
});
