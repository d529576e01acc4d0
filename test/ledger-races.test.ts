import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Reports } from '../src/channels/reports.js';
import { Leases } from '../src/deliveries/leases.js';
import { TestApp, until } from './support/app.js';
import { type Accepted, send } from './support/requests.js';

interface Row {
  id: string;
  status: string;
  reason: string | null;
  hold_reason: string | null;
  attempt: number;
  address: string;
  seconds_left: number;
}

/** Two who speak of the same delivery at once. Nothing is dispatched by itself here. */
describe('races in the ledger', () => {
  let service: TestApp;
  let database: pg.Client;
  let leases: Leases;
  beforeAll(async () => {
    service = await TestApp.start({ ROLE: 'api' });
    database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
    leases = service.app.get(Leases, { strict: false });
  });
  afterAll(async () => {
    await database.end();
    await service.stop();
  });

  let people = 0;
  /** A text that a worker has in its hands. */
  const claimed = async () => {
    people += 1;
    const phone = `+9198766${String(10_000 + people)}`;
    const person = { id: `r${people}`, phone, preferences: { order_updates_sms: true } };
    const { body } = await send(service, person, { channels: ['sms'] });
    const { rows } = await database.query<{ id: string }>(
      `SELECT id FROM deliveries WHERE notification_id = $1 AND channel = 'sms'`,
      [(body satisfies Accepted).id],
    );
    // Passed by while the send still takes back that somebody was told of it.
    return until(async () => (await leases.claim(rows[0]?.id ?? '')) ?? undefined, 'the claim');
  };
  const rowOf = async (id: string) => {
    const { rows } = await database.query<Row>(
      `SELECT *, extract(epoch FROM next_attempt_at - now())::float8 AS seconds_left FROM deliveries WHERE id = $1`,
      [id],
    );
    return rows[0];
  };
  const carrierSays = (id: string, kind: 'not_accepted' | 'address') =>
    service.app.get(Reports, { strict: false }).receive({
      provider: 'twilio',
      providerId: `SM-${id}`,
      deliveryId: id,
      attempt: 1,
      status: 'undelivered',
      failure: { kind, code: '30000', message: 'No.' },
      payload: {},
    });
  const sentBy = ({ id, attempt, leaseToken }: Awaited<ReturnType<typeof claimed>>) =>
    leases.settle({
      id,
      attempt,
      leaseToken,
      status: 'sent',
      provider: 'twilio',
      providerId: `SM-${id}`,
      providerStatus: 'queued',
      providerRank: 1,
    });
  const leaseIsOver = async (id: string) => {
    await database.query(`UPDATE deliveries SET lease_until = now() - interval '1 second' WHERE id = $1`, [
      id,
    ]);
    await leases.reap();
  };

  it('tries again what the carrier gave back before our own commit', async () => {
    const text = await claimed();
    await carrierSays(text.id, 'not_accepted');
    await sentBy(text);
    expect(await rowOf(text.id)).toMatchObject({ status: 'pending', hold_reason: 'retry', attempt: 1 });
  });

  it('tries again what the carrier gave back of a worker that died', async () => {
    const text = await claimed();
    await carrierSays(text.id, 'not_accepted');
    await leaseIsOver(text.id);
    expect(await rowOf(text.id)).toMatchObject({ status: 'pending', hold_reason: 'retry', attempt: 1 });
  });

  it('closes an address of which the carrier says before our own commit that nobody is there', async () => {
    const text = await claimed();
    await carrierSays(text.id, 'address');
    await sentBy(text);
    expect(await rowOf(text.id)).toMatchObject({ status: 'failed', reason: 'address' });
    const { rows } = await database.query('SELECT reason FROM suppressions WHERE address = $1', [
      text.address,
    ]);
    expect(rows).toEqual([{ reason: 'invalid' }]);
  });

  it('believes a worker that was slower than its lease, while nobody knows better', async () => {
    const text = await claimed();
    await leaseIsOver(text.id);
    expect(await rowOf(text.id)).toMatchObject({ status: 'unknown' });
    expect(await sentBy(text)).toBe(true);
    expect(await rowOf(text.id)).toMatchObject({ status: 'sent', attempt: 1 });
    const { rows } = await database.query('SELECT outcome FROM delivery_attempts WHERE delivery_id = $1', [
      text.id,
    ]);
    expect(rows).toEqual([{ outcome: 'sent' }]);
  });

  it('keeps the late word of a worker out of the attempt that followed', async () => {
    const text = await claimed();
    await leaseIsOver(text.id);
    await database.query(`UPDATE deliveries SET status = 'pending' WHERE id = $1`, [text.id]);
    const again = await leases.claim(text.id);
    await leaseIsOver(text.id);
    expect(await sentBy(text)).toBe(false);
    expect(again).toMatchObject({ attempt: 2 });
    expect(await rowOf(text.id)).toMatchObject({ status: 'unknown', attempt: 2 });
  });

  it('does not let an outcome that cannot be stored take others with it', async () => {
    const [broken, sound] = [await claimed(), await claimed()];
    const outcomes = await Promise.allSettled([
      leases.settle({ ...broken, status: 'failed', errorMessage: 'from the wire: \u0000' }),
      sentBy(sound),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(await rowOf(sound.id)).toMatchObject({ status: 'sent' });
  });
});
