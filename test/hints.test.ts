import { EventEmitter2 } from '@nestjs/event-emitter';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Dispatcher } from '../src/channels/dispatcher.js';
import { Reconciler } from '../src/channels/reconciler.js';
import { DeliveryChanged } from '../src/deliveries/delivery-changed.event.js';
import { Leases } from '../src/deliveries/leases.js';
import { TestApp } from './support/app.js';
import { carried, flyTo, pigeons, teach } from './support/pigeons.js';
import { decisionFor } from './support/requests.js';

/** Jobs as Redis may hold them while old and new processes run side by side. Nothing is dispatched by itself. */
describe('a job', () => {
  const flown: string[] = [];
  let service: TestApp;
  let database: pg.Client;
  beforeAll(async () => {
    const send = (message: Parameters<typeof carried>[0]) => {
      flown.push(message.deliveryId);
      return Promise.resolve(carried(message));
    };
    service = await TestApp.start({ ROLE: 'api' }, [pigeons({ send })]);
    database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
    await teach(service);
  });
  afterAll(async () => {
    await database.end();
    await service.stop();
  });

  let people = 0;
  const pending = async () => {
    const { body } = await flyTo(service, `p${(people += 1)}`);
    return { notification: body.id, id: decisionFor(body, 'pigeon')?.id ?? '' };
  };
  const rowOf = async (id: string) => {
    const { rows } = await database.query<{ status: string; attempt: number; wait: number }>(
      'SELECT status, attempt, extract(epoch FROM next_attempt_at - now())::float8 AS wait FROM deliveries WHERE id = $1',
      [id],
    );
    return rows[0];
  };
  const work = (channel: string, data: object) =>
    service.app.get(Dispatcher, { strict: false }).processOne(channel, data);

  it('of today or of before is done', async () => {
    const [today, before] = [await pending(), await pending()];
    await work('pigeon', { id: today.id, v: 1 });
    await work('pigeon', { id: before.id });
    expect(flown).toEqual([today.id, before.id]);
  });

  it('of a later version, or of a channel that is not known here, is left to others for half a minute', async () => {
    const [later, elsewhere] = [await pending(), await pending()];
    await work('pigeon', { id: later.id, v: 99 });
    await work('owl', { id: elsewhere.id, v: 1 });
    for (const { id } of [later, elsewhere]) {
      const row = await rowOf(id);
      expect(row).toMatchObject({ status: 'pending', attempt: 0 });
      expect(row?.wait).toBeGreaterThan(20);
      expect(flown).not.toContain(id);
    }
  });

  it('that fails before anything was sent is told of anew, at once', async () => {
    const { id } = await pending();
    await database.query('UPDATE deliveries SET hinted_at = now() WHERE id = $1', [id]);
    const leases = service.app.get(Leases, { strict: false });
    vi.spyOn(leases, 'claim').mockRejectedValueOnce(new Error('timeout expired'));
    await expect(work('pigeon', { id, v: 1 })).rejects.toThrow('timeout expired');
    const { rows } = await database.query('SELECT status, hinted_at FROM deliveries WHERE id = $1', [id]);
    expect(rows).toEqual([{ status: 'pending', hinted_at: null }]);
  });

  it('of nothing is done', async () => {
    await expect(work('pigeon', {})).resolves.toBeUndefined();
  });

  it('is no condition of an end: asking and cancelling tell of theirs too', async () => {
    const heard = new Map<string, string>();
    service.app
      .get(EventEmitter2, { strict: false })
      .on(DeliveryChanged.name, (event: DeliveryChanged) => heard.set(event.deliveryId, event.status));
    const [lost, unwanted] = [await pending(), await pending()];
    await database.query(
      `UPDATE deliveries SET status = 'unknown', attempt = 1, guarantee = 'at_most_once',
              updated_at = now() - interval '10 minutes' WHERE id = $1`,
      [lost.id],
    );
    await service.app.get(Reconciler, { strict: false }).round();
    await service.call('POST', `/api/notifications/${unwanted.notification}/cancel`);
    expect([heard.get(lost.id), heard.get(unwanted.id)]).toEqual(['failed', 'cancelled']);
  });
});
