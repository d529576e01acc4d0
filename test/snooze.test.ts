import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { TestApp, until } from './support/app.js';
import { RawListener } from './support/live.app.js';
import { send } from './support/requests.js';

let service: TestApp;
let as: string;
let person: string;
let people = 0;
beforeAll(async () => {
  service = await TestApp.start();
});
afterAll(() => service.stop());
beforeEach(async () => {
  person = `sleeper-${++people}`;
  as = await service.token(person);
});

interface Listed {
  readonly results: readonly { readonly id: string; readonly is_read: boolean; readonly seq: number }[];
}

const soon = () => new Date(Date.now() + 3_600_000).toISOString();
const notify = async () => (await send(service, { id: person })).body.id;
const post = (id: string, action: string, body?: object) =>
  service.call('POST', `/api/notifications/${id}/${action}`, { as, body });
const list = async (query = '') =>
  (await service.call<Listed>('GET', `/api/notifications${query}`, { as })).body.results;
const ids = async (query?: string) => (await list(query)).map(({ id }) => id);
const unread = async () => (await service.call('GET', '/api/notifications/unread_count', { as })).body;
/** Its time has come, by the database's clock. */
const ring = (id: string) =>
  service.app.get(DataSource).query('UPDATE notifications SET snoozed_until = now() WHERE id = $1', [id]);
async function socket(since = '') {
  const { body } = await service.call('POST', `/api/users/${person}/tokens`, { body: {} });
  const token = Buffer.from(String(body['token'])).toString('base64url');
  const url = `${service.url.replace('http', 'ws')}/ws/notifications/${since}`;
  const heard = new RawListener(new WebSocket(url, ['notifications', `token.${token}`]));
  await heard.told('connection_established');
  return heard;
}

describe('a notification that is put off', () => {
  it('is out of the inbox and of the count until then, and every window hears it', async () => {
    const [later, now] = [await notify(), await notify()];
    const phone = await socket();
    const { status, body } = await post(later, 'snooze', { until: '2027-01-05T09:00:00+05:30' });
    expect(status).toBe(200);
    expect(body['snoozed_until']).toBe('2027-01-05T03:30:00.000Z');
    expect(await ids()).toEqual([now]);
    expect(await ids('?snoozed=true')).toEqual([later]);
    expect(await unread()).toEqual({ count: 1 });
    const until = '2027-01-05T03:30:00.000Z';
    expect(await phone.told('notification_updated')).toMatchObject({ id: later, snoozed_until: until });
    expect(await phone.told('unread_count')).toEqual({ count: 1 });
    phone.close();
  });

  it('comes back as a new one, unread and in a new place, and shows by itself', async () => {
    const [id, other] = [await notify(), await notify()];
    await post(id, 'mark_read');
    await post(id, 'snooze', { until: soon() });
    const phone = await socket();
    await ring(id);
    expect(await phone.told('notification')).toMatchObject({ notification: { id, is_read: false, seq: 3 } });
    expect(await list()).toMatchObject([
      { id, is_read: false, seq: 3 },
      { id: other, seq: 2 },
    ]);
    phone.close();
  });

  it('is missed by nobody who was away, neither by place nor by an id that has moved', async () => {
    const [id, other] = [await notify(), await notify()];
    await post(other, 'snooze', { until: soon() });
    const third = await notify();
    await ring(other);
    await until(async () => ((await ids())[0] === other ? true : undefined), 'the one that comes back');
    const byPlace = await socket('?since=1');
    await byPlace.told('notification', 2);
    expect(byPlace.shown).toEqual([third, other]);
    const byId = await socket(`?since=${id}`);
    await byId.told('notification', 2);
    expect(byId.shown).toEqual([third, other]);
    const moved = await socket(`?since=${other}`);
    await moved.told('resync');
    for (const client of [byPlace, byId, moved]) client.close();
  });

  it('is brought back at once, where it was; archived or deleted it stays away', async () => {
    const [first, second, third] = [await notify(), await notify(), await notify()];
    for (const id of [first, second, third]) await post(id, 'snooze', { until: soon() });
    await post(first, 'unsnooze');
    await post(second, 'archive');
    await service.call('DELETE', `/api/notifications/${third}`, { as });
    expect(await list()).toMatchObject([{ id: first, seq: 1 }]);
    expect(await ids('?snoozed=true')).toEqual([]);
    expect(await ids('?archived=true')).toEqual([second]);
  });

  it.each([
    ['yesterday', 'field.instant'],
    ['2026-01-05T09:00:00', 'field.instant'],
    ['2020-01-05T09:00:00Z', 'field.too-early'],
    ['2099-01-05T09:00:00Z', 'field.too-late'],
  ])('is not put off until %s', async (until, code) => {
    const { status, body } = await post(await notify(), 'snooze', { until });
    expect(status).toBe(422);
    expect(body['errors']).toMatchObject([{ pointer: '/until', code }]);
  });

  it("is the person's own business: another one's does not exist", async () => {
    const id = await notify();
    as = await service.token('somebody-else');
    expect((await post(id, 'snooze', { until: soon() })).status).toBe(404);
  });
});

describe("a connection's short token", () => {
  it('reads no inbox: it may stand in a URL, and so in logs', async () => {
    as = String((await service.call('GET', '/api/realtime/token', { as })).body['token']);
    for (const path of ['/api/notifications', '/api/notifications/preferences']) {
      expect((await service.call('GET', path, { as })).status).toBe(401);
    }
  });
});

describe("a page's short token", () => {
  it('opens the inbox and the preferences, and nothing else', async () => {
    await notify();
    const { body } = await service.call('POST', `/api/users/${person}/tokens`, { body: {} });
    as = String(body['token']);
    expect(await list()).toHaveLength(1);
    expect((await service.call('GET', '/api/notifications/preferences', { as })).status).toBe(200);
    const refused = await service.call('GET', '/api/realtime/token', { as });
    expect(refused.status).toBe(403);
    expect(refused.body['detail']).toBe(
      "A page's short token opens the inbox only: use the person's own token.",
    );
  });
});
