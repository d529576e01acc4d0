import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApp } from './support/app.js';
import { ORDER, send } from './support/requests.js';

describe('odd input', () => {
  let service: TestApp;
  beforeAll(async () => {
    service = await TestApp.start({ AUTH_FAILURES_PER_MINUTE: '0' });
  });
  afterAll(() => service.stop());

  it.each(['2026-W03', '2026-003', '0000-01-01', '20260105', '2026-01-05T24:00'])(
    'a filter by the time "%s" is understood or refused by its name',
    async (time) => {
      const path = `/api/notifications?user=asha&created_after=${encodeURIComponent(time)}`;
      const { status, body } = await service.call<{ errors?: { pointer: string }[] }>('GET', path);
      expect([200, 400]).toContain(status);
      if (status === 400) expect(body.errors?.[0]?.pointer).toBe('/created_after');
    },
  );

  it('filters by a time with and without a zone alike', async () => {
    await send(service, { id: 'timely' });
    const count = async (query: string) =>
      (await service.call<{ results: unknown[] }>('GET', `/api/notifications?user=timely&${query}`)).body
        .results.length;
    expect(await count('created_after=2020-01-05&created_before=2999-01-05T00:00:00%2B05:30')).toBe(1);
    expect(await count('created_before=2020-01-05')).toBe(0);
  });

  it.each(['/\\evil.example.com', '//evil.example.com', 'https://'])(
    'the link %s leads nowhere',
    async (action_url) => {
      const { status } = await send(service, { id: 'asha' }, { action_url });
      expect(status).toBe(422);
    },
  );

  it('cuts long order numbers between characters', async () => {
    const order = { ...ORDER.order, order_number: `${'x'.repeat(99)}😀😀` };
    const { status, body } = await send(service, { id: 'long' }, { context: { order } });
    expect(status).toBe(202);
    expect(body).toMatchObject({ order_number: 'x'.repeat(99) });
  });

  it.each([
    ['GET', '/api/notifications/%00'],
    ['GET', `/api/notifications/${'x'.repeat(500)}`],
    ['GET', '/api/notifications/NOTIF%F0%9F%98%80'],
    ['GET', '/api/notifications?user=%00'],
    ['GET', '/api/deliveries?user=%00'],
    ['GET', '/api/deliveries/not-a-uuid'],
    ['POST', '/api/notifications/bulk/nothing/cancel'],
  ])('%s %s is the caller’s mistake', async (method, path) => {
    const { status } = await service.call(method, path);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });

  it.each([5, true, [], null, 'x'.repeat(65), 'two words'])('%j is no person', async (user) => {
    const { status, body } = await service.call<{ errors: { pointer: string }[] }>(
      'POST',
      '/api/notifications',
      {
        body: { type: 'order_confirmed', user, context: ORDER },
      },
    );
    expect(status).toBe(422);
    expect(body.errors[0]?.pointer).toBe('/user');
  });

  it('takes null for what is not said', async () => {
    const nothing = { order_id: null, channels: null, send_at: null, expires_at: null, action_url: null };
    const { status, body } = await send(
      service,
      { id: 'null' },
      { ...nothing, dedupe_key: null, metadata: null },
    );
    expect(status, JSON.stringify(body)).toBe(202);
  });

  it('lists nothing where there is nothing', async () => {
    const { status, body } = await service.call('GET', '/api/deliveries?status=unknown');
    expect(status).toBe(200);
    expect(body).toMatchObject({ results: [], next: null, previous: null });
  });

  it('shows staff what became of a notification, and nobody else', async () => {
    const { body } = await send(service, { id: 'asked-about' });
    for (const what of ['deliveries', 'explain']) {
      const path = `/api/notifications/${body.id}/${what}`;
      expect(
        (await service.call('GET', path, { as: await service.token('desk', { is_staff: true }) })).status,
      ).toBe(200);
      expect((await service.call('GET', path, { as: await service.token('asked-about') })).status).toBe(403);
    }
  });
});
