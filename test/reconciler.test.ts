import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApp, until } from './support/app.js';
import { carried, flyTo, type Loft, pigeons, teach } from './support/pigeons.js';

describe('asking a provider after lost messages', () => {
  const flown: string[] = [];
  const loft: Loft = {
    send: (message) => {
      flown.push(message.notificationId);
      return Promise.resolve(carried(message));
    },
  };
  let service: TestApp;
  let database: pg.Client;
  beforeAll(async () => {
    service = await TestApp.start({}, [pigeons(loft)]);
    database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
    await teach(service);
  });
  afterAll(async () => {
    await database.end();
    await service.stop();
  });

  it('does not keep what has fallen due waiting, however slow the provider is', async () => {
    const lost = await flyTo(service, 'lost');
    await until(async () => {
      const { rows } = await database.query(
        `SELECT FROM deliveries WHERE channel = 'pigeon' AND status = 'delivered'`,
      );
      return rows.length === 1 || undefined;
    }, 'the first pigeon');
    let asked = 0;
    let answer: () => void = () => undefined;
    const answered = new Promise<null>((resolve) => (answer = () => resolve(null)));
    loft.find = () => {
      asked += 1;
      return answered;
    };
    await database.query(
      `UPDATE deliveries SET status = 'unknown', updated_at = now() - interval '1 hour' WHERE channel = 'pigeon'`,
    );
    await until(() => asked > 0 || undefined, 'the question');

    const planned = await flyTo(service, 'planned', { send_at: new Date(Date.now() + 500).toISOString() });
    await until(() => flown.includes(planned.body.id) || undefined, 'the planned pigeon', 5000);
    expect(asked).toBe(1);
    answer();
    await until(() => flown.filter((id) => id === lost.body.id).length === 2 || undefined, 'the second try');
  });

  it('keeps what it may have cost reserved when the provider cannot tell', async () => {
    loft.find = () => Promise.resolve('untold');
    const { body } = await flyTo(service, 'untold');
    const whose = `WHERE notification_id = '${body.id}' AND channel = 'pigeon'`;
    const statusOf = async () => {
      const { rows } = await database.query<{ status: string; reserved: boolean }>(
        `SELECT status, reserved_at IS NOT NULL AS reserved FROM deliveries ${whose}`,
      );
      return rows[0];
    };
    await expect.poll(statusOf, { timeout: 10_000 }).toMatchObject({ status: 'delivered' });
    await database.query(
      `UPDATE deliveries SET status = 'unknown', reserved_at = now(), updated_at = now() - interval '1 hour' ${whose}`,
    );
    await expect.poll(statusOf, { timeout: 10_000 }).toEqual({ status: 'failed', reserved: true });
  });
});
