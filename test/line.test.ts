import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { io, type Socket } from 'socket.io-client';
import { hasRedis, testRedis } from './support/databases.js';
import { TestApp, until } from './support/app.js';
import { type Accepted, decisionFor, ORDER, send } from './support/requests.js';

interface Shown {
  id: string;
  email_sent: boolean;
  email_sent_at: string | null;
  metadata: { sms?: Record<string, unknown>; email?: Record<string, unknown> };
}

for (const path of ['inside the process', 'through Bull'] as const) {
  describe.skipIf(path === 'through Bull' && !hasRedis)(`one call, dispatched ${path}`, () => {
    let service: TestApp;
    beforeAll(async () => {
      service = await TestApp.start(path === 'through Bull' ? { REDIS_URL: await testRedis() } : {});
      await until(async () => {
        const { body } = await service.call<{ dispatch: string }>('GET', '/health/ready');
        return (body.dispatch === 'redis') === (path === 'through Bull') || undefined;
      }, 'the way of dispatch');
    });
    afterAll(() => service.stop());

    it('reaches a phone, a mailbox and a browser', async () => {
      await service.call('PUT', '/api/users/asha', { body: { first_name: 'Asha' } });
      const socket = await connected(service, 'asha');
      const shown = new Promise<{ notification: { title: string } }>((resolve) =>
        socket.once('notification', resolve),
      );

      const { status, body } = await service.call<Accepted>('POST', '/api/notifications', {
        body: {
          type: 'order_confirmed',
          user: {
            id: 'asha',
            email: 'asha@example.com',
            phone: '098765 43210',
            first_name: 'Asha',
            preferences: { order_updates_sms: true },
          },
          context: ORDER,
        },
      });

      expect(status).toBe(202);
      expect(body.notification_id).toMatch(/^NOTIF\d{8}[0-9A-Z]{8}$/);
      expect(decisionFor(body, 'sms')).toMatchObject({ status: 'pending', segments: 1 });
      expect(decisionFor(body, 'email')).toMatchObject({ status: 'pending' });
      expect(decisionFor(body, 'realtime')).toMatchObject({ status: 'delivered' });

      const [text] = await service.sandbox.wait({ channel: 'sms', to: '+919876543210' });
      expect(text?.text).toContain('ORD20260103A123');
      expect(text?.segments).toBe(1);
      const [mail] = await service.sandbox.wait({ channel: 'email', to: 'asha@example.com' });
      expect(mail?.subject).toContain('ORD20260103A123');
      expect(mail?.html).toContain('Asha');
      expect(mail?.text).toContain('Asha');
      expect((await shown).notification.title).toBe(body.title);
      socket.close();
    });

    it('shows what became of the text, with its price, in metadata.sms', async () => {
      const { body } = await send(service, {
        id: 'ravi',
        phone: '+919876500001',
        preferences: { order_updates_sms: true },
      });
      const shown = await until(
        async () => {
          const found = await service.call<Shown>('GET', `/api/notifications/${body.id}`);
          const { sms } = found.body.metadata;
          return sms?.['status'] === 'delivered' && sms['price'] ? found.body : undefined;
        },
        'the text to be delivered and priced',
        15_000,
      );
      expect(shown.metadata.sms).toMatchObject({
        sent: true,
        message_sid: expect.stringMatching(/^SM[0-9a-f]{32}$/) as string,
        to: '+919876500001',
        price_unit: 'USD',
        segments: 1,
        error_code: null,
      });
    });

    it('shows the mail as sent', async () => {
      const { body } = await send(service, { id: 'mira', email: 'mira@example.com' });
      const shown = await until(async () => {
        const found = await service.call<Shown>('GET', `/api/notifications/${body.id}`);
        return found.body.email_sent ? found.body : undefined;
      }, 'the mail to be sent');
      expect(shown.email_sent_at).not.toBeNull();
      expect(shown.metadata.email).toMatchObject({ sent: true, to: 'mira@example.com' });
    });
  });
}

async function connected(service: TestApp, userId: string): Promise<Socket> {
  const { body } = await service.call<{ token: string }>('GET', '/api/realtime/token', {
    as: await service.token(userId),
  });
  const socket = io(`${service.url}/notifications`, {
    auth: { token: body.token },
    transports: ['websocket'],
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connection_established', () => resolve());
    socket.once('connect_error', reject);
  });
  return socket;
}
