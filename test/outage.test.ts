import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { TestApp, until } from './support/app.js';
import { createTestDatabase, type TestDatabase } from './support/databases.js';
import { Link } from './support/link.js';
import { ORDER } from './support/requests.js';

/** Milliseconds within which a request must be answered while the database is away. */
const PATIENCE = 2500;

describe('while Postgres is away', () => {
  let database: TestDatabase;
  let link: Link;
  let service: TestApp;
  beforeAll(async () => {
    database = await createTestDatabase();
    link = await Link.to(database.url);
    service = await TestApp.start({ ROLE: 'api', DATABASE_URL: link.url });
    await service.call('PUT', '/api/users/known', { body: { email: 'known@example.com' } });
  });
  afterAll(async () => {
    link.mend();
    await service.stop();
    await link.close();
    await database.drop();
  });

  const requests = {
    'a send': () => post({ type: 'order_confirmed', user: 'known', context: ORDER }),
    'a send with a key': () =>
      post({ type: 'order_confirmed', user: 'known', context: ORDER }, { 'idempotency-key': 'away' }),
    'a send to somebody new': () =>
      post({ type: 'order_confirmed', user: { id: 'new', email: 'new@example.com' }, context: ORDER }),
    'a list': () => service.call('GET', '/api/notifications?user=known'),
  };
  const post = (body: object, headers: Record<string, string> = {}) =>
    service.call('POST', '/api/notifications', { body, headers });

  const answers = async () => {
    const began = performance.now();
    return Promise.all(
      Object.entries(requests).map(async ([name, ask]) => {
        const { status, headers } = await ask();
        return { name, status, retry: headers.get('retry-after'), took: performance.now() - began };
      }),
    );
  };
  const works = () =>
    until(
      async () => ((await requests['a send']()).status === 202 ? true : undefined),
      'the next send',
      10_000,
    );

  for (const outage of ['cut', 'freeze'] as const) {
    it(`every request is answered with 503 and Retry-After in time, by a ${outage}, and works afterwards`, async () => {
      await Promise.all(Array.from({ length: 20 }, requests['a send']));
      link[outage]();
      onTestFinished(() => link.mend());
      for (const { name, status, retry, took } of [...(await answers()), ...(await answers())]) {
        expect([name, status, retry !== null, took < PATIENCE]).toEqual([name, 503, true, true]);
      }
      link.mend();
      await works();
    });
  }
});
