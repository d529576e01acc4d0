import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApp, until } from './support/app.js';
import { type Accepted, ORDER } from './support/requests.js';

type Answered = Accepted & { dry_run?: boolean; code?: string };

describe('a send that is repeated', () => {
  let service: TestApp;
  beforeAll(async () => {
    service = await TestApp.start();
  });
  afterAll(() => service.stop());

  const post = (key: string | null, user: unknown, more: Record<string, unknown> = {}, query = '') =>
    service.call<Answered>('POST', `/api/notifications${query}`, {
      headers: key === null ? {} : { 'idempotency-key': key },
      body: { type: 'order_confirmed', user, context: ORDER, ...more },
    });

  it('has its first answer also when its time is over meanwhile', async () => {
    const end = Date.now() + 400;
    const request = () =>
      post(
        'short-lived',
        { id: 'asha', email: 'asha@example.com' },
        { expires_at: new Date(end).toISOString() },
      );
    const first = await request();
    expect(first.status).toBe(202);
    await until(() => Date.now() > end || undefined, 'the end');
    const second = await request();
    expect(second.status, JSON.stringify(second.body)).toBe(202);
    expect(second.body.id).toBe(first.body.id);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  });

  it('has its first answer also when the person is gone', async () => {
    await service.call('PUT', '/api/users/leaver', { body: { email: 'leaver@example.com' } });
    const first = await post('to-a-leaver', 'leaver');
    expect((await service.call('DELETE', '/api/users/leaver')).status).toBe(204);
    const second = await post('to-a-leaver', 'leaver');
    expect(second.body.id).toBe(first.body.id);
    expect((await post('another-key', 'leaver')).body.code).toBe('notification.unknown-user');
  });

  it('is tried and not sent by a dry run, whatever its keys', async () => {
    const person = { id: 'ravi', email: 'ravi@example.com' };
    const first = await post('ravi-1', person, { dedupe_key: 'once' });
    const keyed = await post('ravi-1', person, { dedupe_key: 'once' }, '?dry_run=true');
    expect(keyed.status).toBe(200);
    expect(keyed.headers.get('idempotency-replayed')).toBeNull();
    expect(keyed.body).toMatchObject({ dry_run: true, id: first.body.id });
  });
});
