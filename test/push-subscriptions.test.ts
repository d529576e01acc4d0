import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApp, until } from './support/app.js';
import { newVapidKeys } from '../src/push/vapid.keys.js';
import { Browsers, makeOutdated, type Subscription, SUBSCRIPTIONS } from './support/browsers.js';
import { decisionFor, send } from './support/requests.js';

let service: TestApp;
let browsers: Browsers;

beforeAll(async () => {
  service = await TestApp.start();
  browsers = new Browsers(service);
});
afterAll(() => service.stop());

describe('a subscription', () => {
  it('is the person’s own, is renewed by the same browser, and can be removed once', async () => {
    const [person, other] = [browsers.somebody(), browsers.somebody()];
    const { device, id } = await browsers.of(person, 'Mine');
    const again = await browsers.subscribe(person, device, 'Mine again');
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({
      id,
      device_name: 'Mine again',
      endpoint_host: new URL(service.sandbox.url).host,
      last_used_at: null,
    });
    expect(await browsers.listOf(person)).toEqual([again.body]);
    expect(await browsers.listOf(other)).toEqual([]);
    const remove = async (as: string) =>
      (await service.call('DELETE', `${SUBSCRIPTIONS}/${id}`, { as: await service.token(as) })).status;
    expect([await remove(other), await remove(person), await remove(person)]).toEqual([404, 204, 404]);
    expect(await browsers.listOf(person)).toEqual([]);
    expect(decisionFor(await browsers.tell(person), 'push')).toMatchObject({ reason: 'no_address' });
  });

  it('moves to whoever uses the browser now, and what was meant for the other never comes', async () => {
    const [before, after] = [browsers.somebody(), browsers.somebody()];
    const { device, id } = await browsers.of(before);
    const later = { send_at: new Date(Date.now() + 3_600_000).toISOString() };
    const waiting = await browsers.tell(before, later);
    const moved = await browsers.subscribe(after, device);
    expect([moved.status, moved.body.id === id]).toEqual([201, false]);
    expect(await browsers.listOf(before)).toEqual([]);
    expect((await browsers.listOf(after)).map((one) => one.id)).toEqual([moved.body.id]);
    expect((await browsers.rowsOf(waiting.id)).map(({ address }) => address)).toEqual([id]);
    expect(decisionFor(await browsers.tell(before), 'push')).toMatchObject({ reason: 'no_address' });
    const told = await browsers.tell(after);
    await browsers.settled(told.id, 'sent');
    expect(
      (await service.sandbox.messages({ channel: 'push', to: device.id })).map(({ tag }) => tag),
    ).toEqual([told.id]);
  });

  it('leads to a push service that is known, with keys that are keys', async () => {
    const { keys } = service.sandbox.addDevice('Any');
    for (const endpoint of [
      'https://example.com/push',
      'https://127.0.0.1/push',
      'http://fcm.googleapis.com/x',
      'x',
    ]) {
      const { status, body } = await browsers.subscribe(browsers.somebody(), { endpoint, keys });
      expect([status, body.code, body.errors[0]?.pointer]).toEqual([
        422,
        'push.endpoint-refused',
        '/endpoint',
      ]);
    }
    const wrong = await browsers.subscribe(browsers.somebody(), {
      endpoint: 'https://fcm.googleapis.com/fcm/send/x',
      keys: { p256dh: 'A'.repeat(87), auth: 'x' },
    });
    expect(wrong.body.errors.map(({ pointer }) => pointer)).toEqual(['/keys/p256dh', '/keys/auth']);
  });

  it('is of the present key, and with another one it is refused', async () => {
    const [person, device] = [browsers.somebody(), service.sandbox.addDevice('Any')];
    const { endpoint, keys } = device;
    const path = '/api/notifications/vapid_public_key';
    const { public_key } = (await service.call<{ public_key: string }>('GET', path)).body;
    const bring = async (application_server_key: string) =>
      service.call<Subscription & { code: string; errors: object[] }>('POST', SUBSCRIPTIONS, {
        as: await service.token(person),
        body: { endpoint, keys, application_server_key },
      });
    const other = await bring(newVapidKeys().publicKey);
    expect([other.status, other.body.code]).toEqual([422, 'push.other-key']);
    expect(other.body.errors).toMatchObject([{ pointer: '/application_server_key' }]);
    expect((await bring('x')).body.errors).toMatchObject([{ pointer: '/application_server_key' }]);
    expect((await bring(`${public_key}=`)).body).toMatchObject({ outdated: false });
    await makeOutdated(service, endpoint);
    expect(await browsers.listOf(person)).toMatchObject([{ outdated: true }]);
    expect((await browsers.subscribe(person, device)).body).toMatchObject({ outdated: true });
    expect((await bring(public_key)).body).toMatchObject({ outdated: false });
  });

  it('keeps its key when it moves to somebody else', async () => {
    const { device } = await browsers.of(browsers.somebody());
    await makeOutdated(service, device.endpoint);
    const { status, body } = await browsers.subscribe(browsers.somebody(), device);
    expect([status, body.outdated]).toEqual([201, true]);
  });

  it('is named after the browser where nobody names it, and never shows its endpoint', async () => {
    const { endpoint, keys } = service.sandbox.addDevice('Any');
    const as = await service.token(browsers.somebody());
    const { body } = await service.call('POST', SUBSCRIPTIONS, {
      as,
      body: { endpoint, keys, expirationTime: null },
      headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0' },
    });
    expect(body['device_name']).toBe('Firefox on Linux');
    expect(JSON.stringify(body)).not.toContain(endpoint);
  });

  it('of one person there are twenty, and the oldest gives way', async () => {
    const person = browsers.somebody();
    const names = Array.from({ length: 21 }, (_, index) => `Browser ${index}`);
    for (const name of names) await browsers.of(person, name);
    expect((await browsers.listOf(person)).map(({ device_name }) => device_name)).toEqual(
      names.slice(1).reverse(),
    );
    const { body } = await send(service, { id: person, first_name: 'Asha' });
    expect(body.deliveries.filter(({ channel }) => channel === 'push')).toHaveLength(20);
  });

  it('says when it was last of use', async () => {
    const person = browsers.somebody();
    await browsers.of(person);
    await browsers.settled((await browsers.tell(person)).id, 'sent');
    expect(
      await until(async () => (await browsers.listOf(person))[0]?.last_used_at ?? undefined, 'a use'),
    ).toBeTruthy();
  });

  it('may be brought by a page with the short token of its inbox', async () => {
    const person = browsers.somebody();
    await browsers.tell(person);
    const { body } = await service.call<{ token: string }>('POST', `/api/users/${person}/tokens`, {
      body: {},
    });
    const { status } = await service.call('GET', SUBSCRIPTIONS, { as: body.token });
    expect(status).toBe(200);
    expect((await service.call('GET', SUBSCRIPTIONS)).status).toBe(403);
  });

  it('is in the person’s export with its history, and goes with the person', async () => {
    const person = browsers.somebody();
    const { id, device } = await browsers.of(person, 'Mine');
    const { body } = await service.call<{
      push_subscriptions: Subscription[];
      preferences: { settings_history: object[] };
    }>('GET', `/api/users/${person}/export`);
    expect(body.push_subscriptions).toEqual(await browsers.listOf(person));
    expect(body.preferences.settings_history).toMatchObject([
      { setting: 'device', value: { channel: 'push', id, name: 'Mine', change: 'added' }, source: 'form' },
    ]);
    expect(JSON.stringify(body)).not.toContain(device.endpoint);
    expect((await service.call('DELETE', `/api/users/${person}`)).status).toBe(204);
    expect(await browsers.listOf(person)).toEqual([]);
    expect((await browsers.subscribe(person, device)).status).toBe(201);
  });
});

describe('the key of the sender', () => {
  it('is for everybody', async () => {
    const { status, body } = await service.call<{ public_key: string }>(
      'GET',
      '/api/notifications/vapid_public_key',
      {
        as: null,
      },
    );
    expect([status, Buffer.from(body.public_key, 'base64url').length]).toEqual([200, 65]);
  });

  it('is missing where push is off, and everything else works', async () => {
    const off = await TestApp.start({ VAPID_PUBLIC_KEY: '', VAPID_PRIVATE_KEY: '', VAPID_SUBJECT: '' });
    try {
      const { status, body } = await off.call('GET', '/api/notifications/vapid_public_key', { as: null });
      expect([status, body['code']]).toEqual([404, 'push.off']);
      const { endpoint, keys } = off.sandbox.addDevice('Any');
      const as = await off.token('asha');
      expect((await off.call('POST', SUBSCRIPTIONS, { as, body: { endpoint, keys } })).body['code']).toBe(
        'push.off',
      );
      const { body: sent } = await send(off, { id: 'asha', first_name: 'Asha' });
      expect(decisionFor(sent, 'push')).toBeUndefined();
      const health = await off.call<{ channels: Record<string, { mode: string }> }>('GET', '/health/ready');
      expect(health.body.channels['push']?.mode).toBe('off');
    } finally {
      await off.stop();
    }
  });
});
