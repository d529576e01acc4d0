import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { DeliveriesService } from '../src/deliveries/deliveries.service.js';
import { TestApp } from './support/app.js';
import { flyTo, type Loft, pigeons, teach } from './support/pigeons.js';
import { decisionFor } from './support/requests.js';

interface Shown {
  status: string;
  attempts: object[];
}

/** While a delivery is being read, a worker takes it up and hands it over. Nothing is dispatched by itself. */
describe('what is shown of a delivery', () => {
  const loft: Loft = { send: () => Promise.reject(new Error('Nobody sends here.')) };
  let service: TestApp;
  let database: pg.Client;
  beforeAll(async () => {
    service = await TestApp.start({ ROLE: 'api' }, [pigeons(loft)]);
    database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
    await teach(service);
  });
  afterEach(() => vi.restoreAllMocks());
  afterAll(async () => {
    await database.end();
    await service.stop();
  });

  let people = 0;
  const pigeon = async () => {
    const { body } = await flyTo(service, `p${(people += 1)}`);
    return { notification: body.id, id: decisionFor(body, 'pigeon')?.id ?? '' };
  };

  const handOver = async (id: string) => {
    const { rowCount } = await database.query(
      `WITH sent AS (UPDATE deliveries SET status = 'sent', attempt = 1, sent_at = now() WHERE id = $1 RETURNING id)
       INSERT INTO delivery_attempts (delivery_id, attempt, lease_token, provider, outcome, finished_at)
       SELECT id, 1, gen_random_uuid(), 'loft', 'sent', now() FROM sent`,
      [id],
    );
    expect(rowCount).toBe(1);
  };

  /** It is handed over just before this is read, the first time. */
  const handOverBefore = (read: 'tracesOf' | 'of', id: string) => {
    const deliveries = service.app.get(DeliveriesService, { strict: false });
    const original = deliveries[read].bind(deliveries) as (...given: unknown[]) => Promise<never>;
    vi.spyOn(deliveries, read).mockImplementationOnce(async (...given: unknown[]) => {
      await handOver(id);
      return original(...given);
    });
  };

  it('is of one moment: the delivery with its attempts', async () => {
    const { id } = await pigeon();
    handOverBefore('tracesOf', id);
    const path = `/api/deliveries/${id}`;
    expect((await service.call('GET', path)).body).toMatchObject({ status: 'pending', attempts: [] });
    expect((await service.call('GET', path)).body).toMatchObject({
      status: 'sent',
      attempts: [{ attempt: 1 }],
    });
  });

  it('is of one moment: all deliveries of a notification', async () => {
    const { id, notification } = await pigeon();
    handOverBefore('tracesOf', id);
    const shown = async () => {
      const path = `/api/notifications/${notification}/deliveries`;
      const { body } = await service.call<{ results: (Shown & { id: string })[] }>('GET', path);
      return body.results.find((row) => row.id === id);
    };
    expect(await shown()).toMatchObject({ status: 'pending', attempts: [] });
    expect(await shown()).toMatchObject({ status: 'sent', attempts: [{ attempt: 1 }] });
  });

  it('is of one moment: why a channel did what it did', async () => {
    const { id, notification } = await pigeon();
    handOverBefore('tracesOf', id);
    const explained = async () => {
      const path = `/api/notifications/${notification}/explain`;
      const { body } = await service.call<{
        channels: { channel: string; status: string; history: { what: string }[] }[];
      }>('GET', path);
      const found = body.channels.find(({ channel }) => channel === 'pigeon');
      return { status: found?.status, history: found?.history.map(({ what }) => what) };
    };
    expect(await explained()).toEqual({ status: 'pending', history: ['planned'] });
    expect(await explained()).toEqual({ status: 'sent', history: ['planned', 'attempt'] });
  });

  it('is of one moment: a notification with how each channel fares', async () => {
    const { id, notification } = await pigeon();
    handOverBefore('of', id);
    const path = `/api/notifications/${notification}`;
    const fares = async () => {
      const { body } = await service.call<{ metadata: Record<string, unknown> }>('GET', path);
      return body.metadata['pigeon'];
    };
    expect(await fares()).toMatchObject({ status: 'pending' });
    expect(await fares()).toMatchObject({ status: 'sent' });
  });
});
