import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { DeliveryFailure } from '../src/channels/failures.js';
import { ProviderReports } from '../src/deliveries/provider-reports.js';
import { Retention } from '../src/retention/retention.js';
import { age } from './support/ageing.js';
import { TestApp, until } from './support/app.js';
import { RawListener } from './support/live.app.js';
import { carried, flyTo, type Loft, pigeons, teach } from './support/pigeons.js';
import { send } from './support/requests.js';

interface Shown {
  id: string;
  title: string | null;
  message: string | null;
  action_url: string | null;
  metadata: Record<string, unknown>;
  erased_at: string | null;
}
interface Delivery {
  id: string;
  channel: string;
  status: string;
  address: string | null;
  segments: number | null;
  price: string | null;
  error_code: string | null;
  error_message: string | null;
  erased_at: string | null;
  attempts: { outcome: string; error_message: string | null }[];
}

/** Whoever has no address there is told in the inbox alone. */
const INBOX = { channels: ['email'] };

const refusing: Loft['send'] = () => {
  const message = 'No such roof: roof of somebody';
  return Promise.reject(new DeliveryFailure({ kind: 'country', code: 'L1', message, provider: 'loft' }));
};

/** Words are kept for 30 days here, rows for 60. */
describe('what has been kept long enough', () => {
  const loft: Loft = { send: (message) => Promise.resolve(carried(message)) };
  let service: TestApp;
  let database: DataSource;
  beforeAll(async () => {
    const terms = { RETENTION_CONTENT_DAYS: '30', RETENTION_METADATA_DAYS: '60' };
    service = await TestApp.start(terms, [pigeons(loft)]);
    database = service.app.get(DataSource);
    await teach(service);
  });
  afterAll(() => service.stop());

  const clear = () => service.app.get(Retention, { strict: false }).clear();
  const read = (id: string, as = service.key) =>
    service.call<Shown>('GET', `/api/notifications/${id}`, { as });
  const deliveriesOf = async (id: string) =>
    (await service.call<{ results: Delivery[] }>('GET', `/api/notifications/${id}/deliveries`)).body.results;
  const rested = (id: string, channel: string, status: string) =>
    until(
      async () => (await deliveriesOf(id)).find((row) => row.channel === channel && row.status === status),
      `the ${channel} to be ${status}`,
    );
  /** A text whose price is known. */
  async function text(id: string, phone: string) {
    const user = { id, phone, preferences: { order_updates_sms: true } };
    const more = { channels: ['sms'], action_url: '/orders/1', metadata: { note: 'Ring twice' } };
    const { body } = await send(service, user, more);
    await until(
      async () => (await rested(body.id, 'sms', 'delivered')).price ?? undefined,
      'the price of a text',
    );
    return body.id;
  }
  /** What is counted of the last three months. */
  async function stats() {
    const after = new Date(Date.now() - 91 * 86_400_000).toISOString();
    const groups = {
      deliveries: 'group_by=day,type,channel,status',
      costs: 'by=day,type,channel,country,provider',
    };
    const asked = Object.entries(groups).map(async ([name, by]) => {
      const { status, body } = await service.call('GET', `/api/stats/${name}?created_after=${after}&${by}`);
      expect(status).toBe(200);
      return body['results'];
    });
    return Promise.all(asked);
  }
  async function socket(person: string, since = '') {
    const { body } = await service.call('POST', `/api/users/${person}/tokens`, { body: {} });
    const token = Buffer.from(String(body['token'])).toString('base64url');
    const url = `${service.url.replace('http', 'ws')}/ws/notifications/${since}`;
    const heard = new RawListener(new WebSocket(url, ['notifications', `token.${token}`]));
    await heard.told('connection_established');
    return heard;
  }

  it('loses its words and addresses; that it went, when and for how much stays, and is counted as before', async () => {
    const id = await text('asha', '+919876543210');
    await age(database, 40);
    const before = await stats();
    const [then] = await deliveriesOf(id).then((rows) => rows.filter(({ channel }) => channel === 'sms'));
    expect(await clear()).toMatchObject({ content: { notifications: 1, deliveries: 4 }, metadata: {} });

    const { body } = await read(id);
    expect(body).toMatchObject({
      title: null,
      message: null,
      action_url: null,
      erased_at: expect.any(String) as string,
    });
    expect(body.metadata).not.toHaveProperty('note');
    expect(body.metadata['sms']).toMatchObject({ to: null, status: 'delivered', sent: true });
    const [text_] = (await deliveriesOf(id)).filter(({ channel }) => channel === 'sms');
    expect(text_).toMatchObject({
      status: 'delivered',
      address: null,
      segments: then?.segments,
      price: then?.price,
      erased_at: body.erased_at,
    });
    const [raw] = await database.query<{ content: object; payloads: object[] }[]>(
      `SELECT content, (SELECT json_agg(DISTINCT payload::text) FROM provider_events WHERE delivery_id = d.id) AS payloads
         FROM deliveries d WHERE id = $1`,
      [text_?.id],
    );
    expect(raw).toEqual({ content: {}, payloads: ['{}'] });
    expect(await stats()).toEqual(before);
    const explained = await service.call('GET', `/api/notifications/${id}/explain`);
    expect(explained.body).toMatchObject({ erased_at: body.erased_at, type: 'order_confirmed' });
  });

  it('leaves the inbox: every window hears it, the badge counts on, and nobody misses what came after', async () => {
    const as = await service.token('bell');
    const old = await send(service, { id: 'bell' }, INBOX);
    const older = await send(service, { id: 'bell' }, INBOX);
    await age(database, 40);
    const { body: fresh } = await send(service, { id: 'bell' }, INBOX);
    const phone = await socket('bell');
    await clear();
    await phone.told('notification_deleted', 2);
    expect(
      phone
        .payloads('notification_deleted')
        .map(({ id }) => id)
        .sort(),
    ).toEqual([old.body.id, older.body.id].sort());
    await until(() => phone.payloads('unread_count').at(-1)?.['count'] === 1 || undefined, 'the new count');
    const count = await service.call('GET', '/api/notifications/unread_count', { as });
    expect(count.body).toEqual({ count: 1 });
    const list = await service.call<{ results: Shown[] }>('GET', '/api/notifications', { as });
    expect(list.body.results.map(({ id }) => id)).toEqual([fresh.id]);
    expect((await read(old.body.id, as)).status).toBe(404);
    const path = `/api/notifications/${old.body.id}/mark_read`;
    expect((await service.call('POST', path, { as })).status).toBe(404);
    for (const since of ['0', '1', old.body.id]) {
      const back = await socket('bell', `?since=${since}`);
      await back.told('notification');
      expect([since, back.shown, back.payloads('resync')]).toEqual([since, [fresh.id], []]);
      back.close();
    }
    const next = await send(service, { id: 'bell' }, INBOX);
    await until(() => phone.shown.at(-1) === next.body.id || undefined, 'the next one');
    expect(phone.payloads('resync')).toEqual([]);
    phone.close();
  });

  it('keeps its words while anything of it waits, is scheduled or was put off', async () => {
    await service.call('POST', '/api/channels/pigeon/pause', { body: {} });
    const { body: paused } = await flyTo(service, 'waiter');
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    const { body: later } = await send(service, { id: 'waiter' }, { ...INBOX, send_at: soon });
    const { body: put } = await send(service, { id: 'waiter' }, INBOX);
    const as = await service.token('waiter');
    await service.call('POST', `/api/notifications/${put.id}/snooze`, { as, body: { until: soon } });
    await age(database, 70);
    await clear();
    for (const { id } of [paused, later, put]) expect((await read(id)).body.title).not.toBeNull();
    await service.call('POST', '/api/channels/pigeon/resume', { body: {} });
    await rested(paused.id, 'pigeon', 'delivered');
    await clear();
    expect((await read(paused.id)).body.erased_at, 'the provider has its three days').toBeNull();
    await age(database, 4);
    await clear();
    expect((await read(paused.id)).body.erased_at).not.toBeNull();
  });

  it('is not tried again without its words, and no late report moves it', async () => {
    loft.send = refusing;
    const { body } = await flyTo(service, 'failure');
    const { id } = await rested(body.id, 'pigeon', 'failed');
    await age(database, 40);
    await clear();
    const [row] = (await deliveriesOf(body.id)).filter(({ channel }) => channel === 'pigeon');
    expect(row).toMatchObject({ error_code: 'L1', error_message: null, attempts: [{ error_message: null }] });
    const answer = await service.call('POST', `/api/deliveries/${id}/retry`, { body: { force: true } });
    expect(answer.body).toMatchObject({ outcome: 'refused', refusal: 'erased' });
    expect(answer.body['detail']).toContain('send a new notification');
    const said = {
      word: 'delivered',
      rank: 6,
      status: 'delivered',
      payload: { To: 'roof of failure' },
    } as const;
    const none = { reason: null, fault: null, delay: 0, errorCode: null, errorMessage: null };
    const report = { provider: 'loft', providerId: 'late', deliveryId: id, attempt: 1, ...said, ...none };
    expect(await service.app.get(ProviderReports, { strict: false }).apply(report)).toBeNull();
    const stored = await database.query<object[]>(
      'SELECT payload FROM provider_events WHERE delivery_id = $1',
      [id],
    );
    expect(stored).toEqual([{ payload: {} }]);
  });

  it('keeps an address that was closed, so that its person can be erased with it', async () => {
    const number = '+919876543219';
    const id = await text('mover', number);
    await service.call('POST', '/api/suppressions', { body: { channel: 'sms', address: number } });
    await service.call('PUT', '/api/users/mover', { body: { phone: '+919876543218' } });
    await age(database, 40);
    await clear();
    const [row] = (await deliveriesOf(id)).filter(({ channel }) => channel === 'sms');
    expect(row).toMatchObject({ address: number, erased_at: expect.any(String) as string });
    await service.call('DELETE', '/api/users/mover');
    const closed = await database.query<{ address: string }[]>('SELECT address FROM suppressions');
    expect(closed).toMatchObject([{ address: expect.stringMatching(/^#/) as string }]);
  });

  it('goes altogether in the end, and only consent and closed addresses stay', async () => {
    const id = await text('gone', '+919876543217');
    await age(database, 70);
    await clear();
    expect((await read(id)).status).toBe(404);
    const left = await database.query<Record<string, number>[]>(
      `SELECT (SELECT count(*)::int FROM deliveries WHERE user_id = 'gone') AS deliveries,
              (SELECT count(*)::int FROM provider_events WHERE delivery_id NOT IN (SELECT id FROM deliveries)) AS reports,
              (SELECT count(*)::int FROM setting_events) AS settings,
              (SELECT count(*)::int FROM consent_events WHERE user_id = 'gone') AS consent,
              (SELECT count(*)::int FROM suppressions) AS suppressions`,
    );
    expect(left).toEqual([{ deliveries: 0, reports: 0, settings: 0, consent: 1, suppressions: 1 }]);
  });
});
