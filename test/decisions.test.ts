import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApp, until } from './support/app.js';
import { type Accepted, decisionFor, ORDER, send } from './support/requests.js';

describe('what is decided', () => {
  let service: TestApp;
  beforeAll(async () => {
    service = await TestApp.start();
  });
  afterAll(() => service.stop());

  it('sends no text to whoever has not said yes, and says so', async () => {
    const { body } = await send(service, {
      id: 'silent',
      phone: '+919876500002',
      email: 'silent@example.com',
    });
    expect(decisionFor(body, 'sms')).toMatchObject({ status: 'skipped', reason: 'preference_not_given' });
    expect(decisionFor(body, 'sms')?.detail).toContain('order_updates_sms');
    await service.sandbox.wait({ channel: 'email', to: 'silent@example.com' });
    expect(await service.sandbox.messages({ channel: 'sms', to: '+919876500002' })).toEqual([]);
  });

  it('obeys a no that came after the plan', async () => {
    const person = { id: 'later', phone: '+919876500003', preferences: { order_updates_sms: true } };
    const { body } = await send(service, person, { send_at: new Date(Date.now() + 1500).toISOString() });
    expect(decisionFor(body, 'sms')).toMatchObject({ status: 'pending', reason: 'send_at' });
    await service.call('PATCH', '/api/notifications/preferences', {
      as: await service.token('later'),
      body: { order_updates_sms: false },
    });
    const row = await until(async () => {
      const { body: found } = await service.call<{
        results: { channel: string; status: string; reason: string }[];
      }>('GET', `/api/notifications/${body.id}/deliveries`);
      return found.results.find(({ channel, status }) => channel === 'sms' && status === 'skipped');
    }, 'the text to be skipped');
    expect(row.reason).toBe('preference_off');
    expect(await service.sandbox.messages({ channel: 'sms', to: '+919876500003' })).toEqual([]);
  });

  it('shows a scheduled notification in the inbox when its time has come, not before', async () => {
    const as = await service.token('planned');
    await send(
      service,
      { id: 'planned', email: 'planned@example.com' },
      { send_at: new Date(Date.now() + 1200).toISOString() },
    );
    const before = await service.call<{ results: unknown[] }>('GET', '/api/notifications', { as });
    expect(before.body.results).toEqual([]);
    await until(async () => {
      const { body } = await service.call<{ results: unknown[] }>('GET', '/api/notifications', { as });
      return body.results.length === 1 || undefined;
    }, 'the notification to appear');
    await service.sandbox.wait({ channel: 'email', to: 'planned@example.com' });
  });

  it('skips who has no address, and takes only the channels that were asked for', async () => {
    const { body } = await send(service, { id: 'bare' });
    expect(decisionFor(body, 'email')).toMatchObject({ status: 'skipped', reason: 'no_address' });
    const only = await send(service, { id: 'bare', email: 'bare@example.com' }, { channels: ['sms'] });
    expect(decisionFor(only.body, 'email')).toMatchObject({ status: 'skipped', reason: 'not_requested' });
  });

  it('explains each channel by the rules that decided', async () => {
    const { body } = await send(service, { id: 'curious', phone: '+919876500004' });
    const { body: explained } = await service.call<{
      channels: { channel: string; rules: { rule: string }[] }[];
    }>('GET', `/api/notifications/${body.id}/explain`);
    const sms = explained.channels.find(({ channel }) => channel === 'sms');
    expect(sms?.rules.at(-1)?.rule).toBe('preference_not_given');
  });

  it('writes nothing in a dry run, not even the person', async () => {
    const { status, body } = await service.call<Accepted & { dry_run: boolean }>(
      'POST',
      '/api/notifications?dry_run=true',
      {
        body: {
          type: 'order_confirmed',
          user: { id: 'ghost', phone: '+919876500005', preferences: { order_updates_sms: true } },
          context: ORDER,
        },
      },
    );
    expect(status).toBe(200);
    expect(body.dry_run).toBe(true);
    expect(decisionFor(body, 'sms')).toMatchObject({ status: 'pending', segments: 1 });
    expect((await service.call('GET', '/api/users/ghost')).status).toBe(404);
    expect((await service.call('GET', `/api/notifications/${body.id}`)).status).toBe(404);
  });

  it('keeps the words as they are: Ram & Sons arrives so in text and subject, and escaped in HTML', async () => {
    await service.call('POST', '/api/notifications', {
      body: {
        type: 'general',
        user: {
          id: 'ram',
          email: 'ram@example.com',
          first_name: 'Ram & Sons',
          phone: '+919876500006',
          preferences: { matrix: { general: { sms: true } } },
        },
        context: { title: 'Ram & Sons', message: 'From Ram & Sons' },
      },
    });
    const [text] = await service.sandbox.wait({ channel: 'sms', to: '+919876500006' });
    expect(text?.text).toContain('Ram & Sons');
    const [mail] = await service.sandbox.wait({ channel: 'email', to: 'ram@example.com' });
    expect(mail?.subject).toContain('Ram & Sons');
    expect(mail?.text).toContain('Ram & Sons');
    expect(mail?.html).toContain('Ram &amp; Sons');
  });

  it('answers a second send of one dedupe_key with the first', async () => {
    const once = { dedupe_key: 'order-7f9c2b-confirmed' };
    const first = await send(service, { id: 'twice', email: 'twice@example.com' }, once);
    const second = await send(service, { id: 'twice', email: 'twice@example.com' }, once);
    expect(second.body.id).toBe(first.body.id);
    await service.sandbox.wait({ channel: 'email', to: 'twice@example.com' });
    const as = await service.token('twice');
    expect(
      (await service.call<{ results: unknown[] }>('GET', '/api/notifications', { as })).body.results,
    ).toHaveLength(1);
  });

  it('makes one notification of many requests with one Idempotency-Key', async () => {
    const request = () =>
      service.call<Accepted>('POST', '/api/notifications', {
        headers: { 'idempotency-key': 'a-key-of-the-client' },
        body: { type: 'order_confirmed', user: { id: 'idem', email: 'idem@example.com' }, context: ORDER },
      });
    const answers = await Promise.all(Array.from({ length: 8 }, request));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(7);
    const other = await service.call('POST', '/api/notifications', {
      headers: { 'idempotency-key': 'a-key-of-the-client' },
      body: { type: 'order_ready', user: 'idem', context: ORDER },
    });
    expect(other.status).toBe(422);
    expect(other.body['code']).toBe('idempotency.key-reused');
  });

  it('sends to many at once, names the unknown, and tells its progress', async () => {
    for (const id of ['b1', 'b2', 'b3'])
      await service.call('PUT', `/api/users/${id}`, { body: { email: `${id}@example.com` } });
    const { status, body } = await service.call<{
      id: string;
      accepted: number;
      rejected: { user_id: string }[];
    }>('POST', '/api/notifications/bulk', {
      body: {
        user_ids: ['b1', 'b2', 'b3', 'nobody', 'b1'],
        notification_type: 'order_ready',
        context_data: ORDER,
      },
    });
    expect(status).toBe(202);
    expect(body.accepted).toBe(3);
    expect(body.rejected).toMatchObject([{ user_id: 'nobody' }]);
    const done = await until(
      async () => {
        const { body: progress } = await service.call<{
          status: string;
          deliveries: Record<string, Record<string, number>>;
        }>('GET', `/api/notifications/bulk/${body.id}`);
        return progress.status === 'done' && progress.deliveries['email']?.['sent'] === 3
          ? progress
          : undefined;
      },
      'the bulk to be done',
      15_000,
    ).catch(async () => {
      const last = await service.call('GET', `/api/notifications/bulk/${body.id}`);
      throw new Error(JSON.stringify(last.body));
    });
    expect(done.deliveries['realtime']).toEqual({ delivered: 3 });
    for (const id of ['b1', 'b2', 'b3']) {
      expect(await service.sandbox.wait({ channel: 'email', to: `${id}@example.com` })).toHaveLength(1);
    }
  });

  it('sends a type with its own example to whoever wants to see the words', async () => {
    const { status } = await service.call('POST', '/api/notifications/templates/payment_completed/test', {
      body: { user: { id: 'editor', email: 'editor@example.com', first_name: 'Meera' }, channels: ['email'] },
    });
    expect(status).toBe(202);
    const [mail] = await service.sandbox.wait({ channel: 'email', to: 'editor@example.com' });
    expect(mail?.html).toContain('Meera');
  });

  it('leads where the sender says, in the inbox and in the mail', async () => {
    const { body } = await send(
      service,
      { id: 'linked', email: 'linked@example.com' },
      { action_url: 'https://app.example.com/track/42' },
    );
    expect((await service.call('GET', `/api/notifications/${body.id}`)).body['action_url']).toBe(
      'https://app.example.com/track/42',
    );
    const [mail] = await service.sandbox.wait({ channel: 'email', to: 'linked@example.com' });
    expect(mail?.html).toContain('https://app.example.com/track/42');
  });
});
