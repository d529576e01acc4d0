import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { Leases } from '../src/deliveries/leases.js';
import { TestApp } from './support/app.js';
import { send } from './support/requests.js';

interface Cancelled {
  cancelled: number;
  channels: { channel: string; outcome: string; detail: string }[];
  results: {
    id: string;
    channel: string;
    interventions: { action: string; actor: string; reason: string | null }[];
  }[];
}

/** An API without a worker: what is pending stays so until it is cancelled. */
describe('a notification that is cancelled', () => {
  let service: TestApp;
  beforeAll(async () => {
    service = await TestApp.start({ ROLE: 'api' });
  });
  afterAll(() => service.stop());

  const cancel = async (id: string) =>
    (await service.call<Cancelled>('POST', `/api/notifications/${id}/cancel`)).body;
  const outcomesOf = ({ channels }: Cancelled) =>
    Object.fromEntries(channels.map(({ channel, outcome }) => [channel, outcome]));
  const inboxOf = async (user: string) => {
    const as = await service.token(user);
    return (await service.call<{ results: unknown[] }>('GET', '/api/notifications', { as })).body.results;
  };

  it('says per channel what was stopped, what had gone and what was never to go', async () => {
    const { body } = await send(service, { id: 'asha', email: 'asha@example.com', phone: '+919876543210' });
    const answer = await cancel(body.id);
    expect(answer.cancelled).toBe(1);
    expect(outcomesOf(answer)).toEqual({ realtime: 'gone', email: 'stopped', sms: 'not_sent' });
    expect(await inboxOf('asha')).toHaveLength(1);
  });

  it('is cancelled once, however often it is asked for, and who did is written down', async () => {
    const { body } = await send(service, { id: 'ravi', email: 'ravi@example.com' });
    const answers = await Promise.all([cancel(body.id), cancel(body.id), cancel(body.id)]);
    expect(answers.map(({ cancelled }) => cancelled).sort()).toEqual([0, 0, 1]);
    const again = await cancel(body.id);
    expect(outcomesOf(again)).toMatchObject({ email: 'stopped' });
    const email = again.results.find(({ channel }) => channel === 'email');
    expect(email?.interventions).toMatchObject([{ action: 'cancel' }]);
    const { body: explained } = await service.call<{ channels: { channel: string; history: object[] }[] }>(
      'GET',
      `/api/notifications/${body.id}/explain`,
    );
    const told = explained.channels.find(({ channel }) => channel === 'email')?.history;
    expect(told?.at(-1)).toMatchObject({ what: 'cancel', by: email?.interventions[0]?.actor });
  });

  it('never appears in the inbox when it was planned for later', async () => {
    const { body } = await send(
      service,
      { id: 'later', email: 'later@example.com' },
      { send_at: new Date(Date.now() + 3_600_000).toISOString() },
    );
    const answer = await cancel(body.id);
    expect(outcomesOf(answer)).toMatchObject({ realtime: 'stopped', email: 'stopped' });
    expect(answer.results[0]?.interventions).toMatchObject([{ reason: 'send_at' }]);
    await service.app
      .get(DataSource)
      .query(`UPDATE deliveries SET next_attempt_at = now() WHERE user_id = 'later'`);
    const leases = service.app.get(Leases, { strict: false });
    for (const { id } of answer.results) expect(await leases.claim(id)).toBeNull();
    expect(await inboxOf('later')).toEqual([]);
    expect(
      (await service.call('GET', `/api/notifications/${body.id}`, { as: await service.token('later') }))
        .status,
    ).toBe(404);
  });

  it('is the same for what is left of a bulk send', async () => {
    const { body } = await service.call<{ id: string }>('POST', '/api/notifications/bulk', {
      body: {
        user_ids: ['asha', 'ravi'],
        notification_type: 'order_ready',
        context_data: { order: { id: '1', order_number: 'O1' } },
      },
    });
    const { status, body: progress } = await service.call(
      'POST',
      `/api/notifications/bulk/${body.id}/cancel`,
    );
    expect([status, progress['status']]).toEqual([200, 'cancelled']);
  });
});
