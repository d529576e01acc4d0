import { Processor } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ChannelMode,
  type Message,
  QueuedChannel,
  type Receipt,
  type Recipient,
} from '../src/channels/channel.js';
import { ChannelsModule } from '../src/channels/channels.module.js';
import { TestApp, until } from './support/app.js';
import { hasRedis, testRedis } from './support/databases.js';

const sent: Message[] = [];

/** A whole new channel: what a folder of its own would hold. Nothing else in the service knows of it. */
@Processor('pigeon')
class PigeonChannel extends QueuedChannel<'note'> {
  override readonly name = 'pigeon';
  override readonly consent = 'opt-in';
  override readonly parts = ['note'] as const;

  override mode(): ChannelMode {
    return { mode: 'live', label: 'Pigeon', detail: 'one loft' };
  }

  override addressesOf({ id }: Recipient): string[] {
    return [`roof of ${id}`];
  }

  override send(message: Message<'note'>): Promise<Receipt> {
    sent.push(message);
    return Promise.resolve({ provider: 'loft', providerId: message.deliveryId, status: 'delivered' });
  }
}

@Module({ imports: [ChannelsModule], providers: [PigeonChannel] })
class PigeonModule {
  static readonly queues = ['pigeon'];
}

for (const path of ['inside the process', 'through Bull'] as const) {
  describe.skipIf(path === 'through Bull' && !hasRedis)(`a channel that nobody has heard of, ${path}`, () => {
    let service: TestApp;
    beforeAll(async () => {
      service = await TestApp.start(path === 'through Bull' ? { REDIS_URL: await testRedis() } : {}, [
        PigeonModule,
      ]);
    });
    afterAll(() => service.stop());

    it('has preferences, words, decisions and deliveries like any other', async () => {
      const { body: templates } = await service.call<{ results: { channels: object }[] }>(
        'GET',
        '/api/notifications/templates?type=order_ready',
      );
      const [template] = templates.results;
      const changed = await service.call('PATCH', '/api/notifications/templates/order_ready', {
        body: { channels: { ...template?.channels, pigeon: { note: 'Coo, {{ user.first_name }}.' } } },
      });
      expect(changed.status, JSON.stringify(changed.body)).toBe(200);

      const send = (preferences: object) =>
        service.call<{ id: string; deliveries: { channel: string; status: string; reason?: string }[] }>(
          'POST',
          '/api/notifications',
          {
            body: {
              type: 'order_ready',
              user: { id: 'asha', first_name: 'Asha', preferences },
              context: {
                order: { id: '1', order_number: 'ORD1', pickup_date: '2026-01-05', total_amount: '500.00' },
              },
            },
          },
        );
      const silent = await send({});
      expect(silent.body.deliveries).toContainEqual(
        expect.objectContaining({ channel: 'pigeon', status: 'skipped', reason: 'preference_not_given' }),
      );
      const { body } = await send({ order_updates_pigeon: true });
      const message = await until(
        () => sent.find(({ notificationId }) => notificationId === body.id),
        'the pigeon',
      );
      expect(message).toMatchObject({ to: 'roof of asha', content: { note: 'Coo, Asha.' } });
      const row = await until(async () => {
        const { body: rows } = await service.call<{ results: { channel: string; status: string }[] }>(
          'GET',
          `/api/notifications/${body.id}/deliveries`,
        );
        return rows.results.find(({ channel, status }) => channel === 'pigeon' && status === 'delivered');
      }, 'the delivery');
      expect(row).toBeDefined();
    });
  });
}
