import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../src/channels/channel.js';
import { SmsChannel } from '../src/sms/sms.channel.js';
import { SmsService } from '../src/sms/sms.service.js';
import { TestApp } from './support/app.js';
import { send } from './support/requests.js';

interface Row {
  id: string;
  address: string;
  content: { text: string };
}

/** A service without a worker: what is pending stays so, and the test plays the worker. */
describe('the channel for texts', () => {
  let service: TestApp;
  let database: pg.Client;
  let channel: SmsChannel;
  beforeAll(async () => {
    service = await TestApp.start({ ROLE: 'api' });
    database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
    channel = service.app.get(SmsChannel, { strict: false });
  });
  afterAll(async () => {
    await database.end();
    await service.stop();
  });

  const pending = async (phone: string, attempt = 1): Promise<Message<'text'>> => {
    const { body } = await send(service, { id: phone, phone, preferences: { order_updates_sms: true } });
    const { rows } = await database.query<Row>(
      `SELECT id, address, content FROM deliveries WHERE notification_id = $1 AND channel = 'sms'`,
      [body.id],
    );
    const [row] = rows;
    if (!row) throw new Error('There is no delivery.');
    return {
      deliveryId: row.id,
      notificationId: body.id,
      userId: phone,
      type: 'order_confirmed',
      category: 'order',
      attempt,
      provider: 'sandbox',
      guarantee: 'at_least_once',
      to: row.address,
      content: row.content,
      expiresAt: null,
      optional: false,
    };
  };
  const attach = (message: Message<'text'>, sid: string) =>
    database.query(`UPDATE deliveries SET provider = 'sandbox', provider_id = $2 WHERE id = $1`, [
      message.deliveryId,
      sid,
    ]);

  it('finds a text whose answer was lost', async () => {
    const message = await pending('+919876500101');
    const startedAt = new Date();
    const { providerId } = await channel.send(message);
    expect(await channel.find(message, startedAt)).toMatchObject({ provider: 'sandbox', providerId });
  });

  it('finds nothing that was never taken, or was taken long before', async () => {
    const message = await pending('+919876500102');
    expect(await channel.find(message, new Date())).toBeNull();
    await channel.send(message);
    expect(await channel.find(message, new Date(Date.now() + 60_000))).toBeNull();
  });

  it('does not take the text of another delivery with the same words for its own', async () => {
    const [first, second] = [await pending('+919876500103'), await pending('+919876500103')];
    const startedAt = new Date();
    const taken = await channel.send(first);
    await attach(first, taken.providerId ?? '');
    expect(await channel.find(second, startedAt)).toBeNull();
    const lost = await channel.send(second);
    expect(await channel.find(second, startedAt)).toMatchObject({ providerId: lost.providerId });
  });

  it('does not take the text of an earlier attempt for the lost one', async () => {
    const message = await pending('+919876500104', 2);
    const startedAt = new Date();
    const earlier = await channel.send(message);
    await database.query(
      `INSERT INTO delivery_attempts (delivery_id, attempt, lease_token, provider, provider_id)
       VALUES ($1, 1, gen_random_uuid(), 'sandbox', $2)`,
      [message.deliveryId, earlier.providerId],
    );
    expect(await channel.find(message, startedAt)).toBeNull();
  });

  it("lets other parts send through the same service, to a person's phone", async () => {
    const sms = service.app.get(SmsService, { strict: false });
    const sent = await sms.sendToUser({ phone: '+919876500105' }, 'Ram & Sons');
    expect(sent).toMatchObject({ to: '+919876500105', segments: 1, encoding: 'GSM-7' });
    expect(await sms.status(sent.sid)).toMatchObject({ sid: sent.sid });
    await expect(sms.sendToUser({ phone: null }, 'x')).rejects.toMatchObject({ kind: 'address' });
  });
});
