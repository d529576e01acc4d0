import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApp } from './support/app.js';

interface Problem {
  status: number;
  code: string;
  detail: string;
  errors?: { pointer: string; code: string; detail: string }[];
  request_id: string;
}

const ORDER = { order: { id: '1', order_number: 'ORD1', pickup_date: '2026-01-05', total_amount: '500.00' } };
const good = {
  type: 'order_confirmed',
  user: { id: 'asha', email: 'asha@example.com', first_name: 'Asha' },
  context: ORDER,
};

describe('bad input', () => {
  let service: TestApp;
  let database: pg.Client;
  beforeAll(async () => {
    service = await TestApp.start({ AUTH_FAILURES_PER_MINUTE: '0' });
    database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
  });
  afterAll(async () => {
    await database.end();
    await service.stop();
  });

  const post = (body: unknown) => service.call<Problem>('POST', '/api/notifications', { body });
  const rows = async () => {
    const { rows: found } = await database.query<{ count: string }>(
      'SELECT (SELECT count(*) FROM users) || $1 || (SELECT count(*) FROM notifications) || $1 || (SELECT count(*) FROM deliveries) AS count',
      ['/'],
    );
    return found[0]?.count;
  };

  it.each([
    ['a type that does not exist', { ...good, type: 'order_confirmd' }, '/type', 'order_confirmed'],
    ['a misspelt field', { ...good, contxt: {} }, '/contxt', 'context'],
    [
      'a misspelt field of the person',
      { ...good, user: { ...good.user, emial: 'x' } },
      '/user/emial',
      'email',
    ],
    ['a wrong type', { ...good, type: 5 }, '/type', 'type'],
    ['no person', { type: 'order_confirmed', context: ORDER }, '/user', 'user'],
    ['a person without any address', { ...good, user: {} }, '/user', 'email'],
    ['an unknown person', { ...good, user: 'nobody' }, '/user', 'nobody'],
    ['a number that is no phone', { ...good, user: { id: 'x', phone: '12345' } }, '/user/phone', ''],
    ['an address that is none', { ...good, user: { id: 'x', email: 'a,b@example.com' } }, '/user/email', ''],
    [
      'an unknown preference',
      { ...good, user: { ...good.user, preferences: { order_updates_smss: true } } },
      '/user/preferences/order_updates_smss',
      'order_updates_sms',
    ],
    ['a channel that does not exist', { ...good, channels: ['smss'] }, '/channels/0', 'sms'],
    [
      'a context without what the words need',
      { ...good, context: {} },
      '/context/order/order_number',
      'order.order_number',
    ],
    ['a time without a zone', { ...good, send_at: '2026-01-05T09:00:00' }, '/send_at', 'zone'],
    ['an end before the beginning', { ...good, expires_at: '2020-01-05T09:00:00Z' }, '/expires_at', 'later'],
    ['a link that is code', { ...good, action_url: 'javascript:alert(1)' }, '/action_url', 'https'],
    ['a NUL', { ...good, user: { ...good.user, first_name: 'A\u0000' } }, '/user/first_name', ''],
    ['a lone surrogate', { ...good, context: { ...ORDER, note: '\ud800' } }, '/context/note', ''],
    ['an array for a body', [], '', ''],
  ])('%s is refused by its pointer, and nothing is stored', async (_, body, pointer, cure) => {
    const before = await rows();
    const { status, headers, body: problem } = await post(body);
    expect(status).toBe(422);
    expect(headers.get('content-type')).toContain('application/problem+json');
    const error = problem.errors?.find((found) => found.pointer === pointer);
    expect(error, JSON.stringify(problem)).toBeDefined();
    expect(`${error?.detail ?? ''} ${problem.detail}`).toContain(cure);
    expect(problem.request_id).toBe(headers.get('x-request-id'));
    expect(await rows()).toBe(before);
  });

  it.each([
    ['malformed JSON', '{"type": "order_confirmed",', 400],
    ['a body of a megabyte', JSON.stringify({ ...good, metadata: { x: 'x'.repeat(1_000_000) } }), 413],
    [
      'nesting without end',
      `{"type":"general","user":"x","context":${'{"a":'.repeat(200)}1${'}'.repeat(200)}}`,
      422,
    ],
    ['a prototype', '{"type":"general","user":"x","context":{"__proto__":{"polluted":true}}}', 422],
  ])('%s is refused', async (_, body, status) => {
    const before = await rows();
    const answer = await post(body);
    expect(answer.status).toBe(status);
    expect(answer.body.code).toBeTruthy();
    expect(await rows()).toBe(before);
  });

  it('words that look like code arrive as words', async () => {
    const first_name = `{{7*7}}'; DROP TABLE users; -- <script>alert(1)</script> ${'🙂'.repeat(5)}`;
    const { status } = await post({ ...good, user: { id: 'odd', email: 'odd@example.com', first_name } });
    expect(status).toBe(202);
    const [mail] = await service.sandbox.wait({ channel: 'email', to: 'odd@example.com' });
    expect(mail?.text).toContain('{{7*7}}');
    expect(mail?.html).not.toContain('<script>');
  });

  it('a query that nobody knows is refused with the closest one', async () => {
    const { status, body } = await service.call<Problem>('GET', '/api/notifications?user=asha&is_raed=true');
    expect(status).toBe(400);
    expect(body.detail).toContain('is_read');
  });

  it('a route that nobody knows is a problem too', async () => {
    const { status, headers } = await service.call('GET', '/api/notificatons');
    expect(status).toBe(404);
    expect(headers.get('content-type')).toContain('problem+json');
  });

  it('whatever is sent, the answer is never a 500', async () => {
    const json = fc.jsonValue({ maxDepth: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.record(
          {
            type: fc.oneof(fc.constant('order_confirmed'), json),
            user: fc.oneof(
              fc.constant(good.user),
              fc.record({ id: json, email: json, phone: json, preferences: json }, { requiredKeys: [] }),
              json,
            ),
            context: fc.oneof(
              fc.constant(ORDER),
              fc.record({ order: json, user: json, payment: json }, { requiredKeys: [] }),
              json,
            ),
            channels: json,
            send_at: json,
            dedupe_key: json,
            metadata: json,
          },
          { requiredKeys: [] },
        ),
        async (body) => {
          const { status } = await post(body);
          expect([202, 400, 422]).toContain(status);
        },
      ),
      { numRuns: 300 },
    );
  }, 60_000);
});
