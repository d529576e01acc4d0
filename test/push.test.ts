import webpush from 'web-push';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeliveryView } from '../src/deliveries/delivery.view.js';
import { newVapidKeys } from '../src/push/vapid.keys.js';
import { NOTHING_WRONG } from '../src/sandbox/behaviour.js';
import { TestApp, until } from './support/app.js';
import { Browsers, closeTo, makeOutdated, vapidKeyOf } from './support/browsers.js';
import { decisionFor, ORDER, send } from './support/requests.js';

let service: TestApp;
let browsers: Browsers;

beforeAll(async () => {
  service = await TestApp.start();
  browsers = new Browsers(service);
});
afterAll(() => service.stop());
afterEach(() => service.sandbox.behaviour.set(NOTHING_WRONG));

/** Each with its breaker. */
async function pushServices(): Promise<[provider: string, state: string][]> {
  interface View {
    name: string;
    providers: { provider: string; state: string }[];
  }
  const { body } = await service.call<{ results: View[] }>('GET', '/api/channels');
  const providers = body.results.find(({ name }) => name === 'push')?.providers ?? [];
  return providers.map(({ provider, state }) => [provider, state]);
}

describe('a notification of a browser', () => {
  it('has the words of the template, and what the browser needs beside them', async () => {
    const person = browsers.somebody();
    const { device, id } = await browsers.of(person);
    const told = await browsers.tell(person);
    const shown = await browsers.shownOn(device);
    expect(shown.payload).toEqual({
      id: told.id,
      notification_id: told.notification_id,
      type: 'order_confirmed',
      title: shown.title,
      body: shown.body,
      action_url: 'https://app.example.com/orders/ORD20260103A123',
    });
    const preview = await service.call<{ channels: Record<string, object> }>(
      'POST',
      '/api/notifications/templates/order_confirmed/preview',
      { body: { context: ORDER } },
    );
    expect(preview.body.channels['push']).toEqual({ title: shown.title, body: shown.body });
    expect(shown).toMatchObject({
      tag: told.id,
      urgency: 'high',
      topic: told.id.replaceAll('-', ''),
      times: 1,
    });
    const [row] = await browsers.settled(told.id, 'sent');
    expect(row).toMatchObject({ address: id, error_code: null });
  });

  it('waits at the push service as long as it is of use', async () => {
    const person = browsers.somebody();
    const { device } = await browsers.of(person);
    await browsers.tell(person, { expires_at: new Date(Date.now() + 600_000).toISOString() });
    const { ttl } = await browsers.shownOn(device);
    expect(ttl).toBeGreaterThan(400);
    expect(ttl).toBeLessThanOrEqual(600);
  });

  it('goes to every browser of the person, and one that is gone is forgotten', async () => {
    const person = browsers.somebody();
    const three = [
      await browsers.of(person, 'One'),
      await browsers.of(person, 'Two'),
      await browsers.of(person, 'Three'),
    ];
    const [, gone] = three;
    service.sandbox.removeDevice(gone?.device.id ?? '');
    const told = await browsers.tell(person);
    const rows = await browsers.settled(told.id, 'sent', 'sent', 'failed');
    expect(rows.find(({ status }) => status === 'failed')).toMatchObject({
      address: gone?.id,
      reason: 'address',
      error_code: '410',
    });
    expect((await browsers.listOf(person)).map(({ device_name }) => device_name)).toEqual(['Three', 'One']);
    const { body } = await service.call<{ metadata: { push: object } }>(
      'GET',
      `/api/notifications/${told.id}`,
    );
    expect(body.metadata.push).toMatchObject({ sent: true, status: 'sent', error_code: null });
    expect(body.metadata.push).toHaveProperty('devices.length', 3);
    expect((await browsers.tell(person)).deliveries).toHaveLength(2 + ['realtime', 'email', 'sms'].length);
    const { body: closed } = await service.call<{ results: object[] }>(
      'GET',
      '/api/suppressions?channel=push',
    );
    expect(closed.results).toEqual([]);
  });

  it('is nobody’s business who has no browser', async () => {
    const person = browsers.somebody();
    const { body } = await send(service, { id: person, first_name: 'Asha' });
    expect(decisionFor(body, 'push')).toBeUndefined();
    expect(await browsers.rowsOf(body.id)).toEqual([]);
    expect(decisionFor(await browsers.tell(person), 'push')).toMatchObject({
      status: 'skipped',
      reason: 'no_address',
    });
  });

  it('heeds a no, and offers go to nobody who has not said yes', async () => {
    const person = browsers.somebody();
    await browsers.of(person);
    const offer = { type: 'promotion', context: { title: 'Offer', message: 'Fresh for less.' } };
    expect(decisionFor(await browsers.tell(person, offer), 'push')).toMatchObject({
      reason: 'preference_not_given',
    });
    const no = { user: { id: person, preferences: { order_updates_push: false } } };
    expect(decisionFor(await browsers.tell(person, no), 'push')).toMatchObject({ reason: 'preference_off' });
  });
});

describe('a browser that subscribed with another key', () => {
  it('is sent nothing, and the delivery says why and what to do', async () => {
    const person = browsers.somebody();
    const { device } = await browsers.of(person);
    await makeOutdated(service, device.endpoint);
    const told = await browsers.tell(person);
    const [row] = await browsers.settled(told.id, 'failed');
    expect(row).toMatchObject({ reason: 'address', error_code: 'other-key' });
    const { body } = await service.call<DeliveryView>('GET', `/api/deliveries/${String(row?.id)}`);
    expect(body.error?.sentence).toContain('another VAPID key');
    expect(body.error?.cure).toContain('subscribes anew');
    expect(await service.sandbox.messages({ channel: 'push', to: device.id })).toEqual([]);
  });

  it('is told from the others as soon as something was sent with the present one', async () => {
    const { device } = await browsers.of(browsers.somebody());
    const present = await vapidKeyOf(service, device.endpoint);
    const person = browsers.somebody();
    const old = await browsers.of(person);
    await makeOutdated(service, old.device.endpoint, null);
    await browsers.settled((await browsers.tell(person)).id, 'sent');
    expect(present).not.toBeNull();
    expect(await vapidKeyOf(service, old.device.endpoint)).toBe(present);
  });
});

describe('a push service that does not behave', () => {
  it.each(['error_after', 'reset_after'] as const)(
    'is told again, and the browser shows the second in place of the first: %s',
    async (pushes) => {
      const person = browsers.somebody();
      const { device } = await browsers.of(person);
      browsers.fault({ [pushes]: 1 }, { most: 1 });
      const told = await browsers.tell(person);
      await browsers.settled(told.id, 'sent');
      const shown = await service.sandbox.messages({ channel: 'push', to: device.id });
      expect(shown).toMatchObject([{ tag: told.id, times: 2 }]);
    },
  );

  it('is asked again when it wants to be', async () => {
    const person = browsers.somebody();
    const { device } = await browsers.of(person);
    browsers.fault({ limit: 1 }, { most: 1, retryAfter: 1 });
    const told = await browsers.tell(person);
    await browsers.settled(told.id, 'sent');
    expect(await browsers.shownOn(device)).toMatchObject({ times: 1 });
  });

  it('that wants fewer messages for one browser holds no other', async () => {
    const [busy, other] = [browsers.somebody(), browsers.somebody()];
    await browsers.of(busy);
    await browsers.of(other);
    browsers.fault({ limit: 1 }, { retryAfter: 300 });
    const told = await browsers.tell(busy);
    const waits = async () => (await browsers.rowsOf(told.id)).find(({ reason }) => reason === 'retry');
    expect(await until(waits, 'it to wait')).toMatchObject({ status: 'pending', error_code: '429' });
    service.sandbox.behaviour.set(NOTHING_WRONG);
    await browsers.settled((await browsers.tell(other)).id, 'sent');
    expect((await pushServices()).map(([, state]) => state)).not.toContain('open');
  });

  it('lets those of others go on while it is not called', async () => {
    const [chrome, sound] = [browsers.somebody(), browsers.somebody()];
    await closeTo(service, 'fcm.googleapis.com');
    const endpoint = 'https://fcm.googleapis.com/fcm/send/of-nobody';
    const { keys } = service.sandbox.addDevice('Chrome');
    const { body: subscription } = await browsers.subscribe(chrome, { endpoint, keys });
    await browsers.of(sound);
    expect(await pushServices()).toEqual([
      ['push_sandbox', 'closed'],
      ['fcm.googleapis.com', 'open'],
      ['push.services.mozilla.com', 'closed'],
      ['notify.windows.com', 'closed'],
      ['push.apple.com', 'closed'],
    ]);
    const held = await browsers.tell(chrome);
    await browsers.settled((await browsers.tell(sound)).id, 'sent');
    const waiting = async () =>
      (await browsers.rowsOf(held.id)).find(({ reason }) => reason === 'breaker_open');
    expect(await until(waiting, 'it to wait')).toMatchObject({ status: 'pending' });
    const { body } = await service.call<DeliveryView>(
      'GET',
      `/api/deliveries/${String((await waiting())?.id)}`,
    );
    expect(body).toMatchObject({ attempt: 0, attempts: [] });
    // Nothing of the tests leaves this machine, also when the breaker closes.
    const path = `/api/notifications/push-subscriptions/${subscription.id}`;
    const as = await service.token(chrome);
    expect((await service.call('DELETE', path, { as })).status).toBe(204);
    await service.call('POST', '/api/channels/push/resume', { body: {} });
  });

  it('that refuses us keeps everything waiting, and nothing is lost', async () => {
    const person = browsers.somebody();
    const { device } = await browsers.of(person);
    browsers.fault({ refused: 1 });
    const told = await browsers.tell(person);
    const held = await until(async () => {
      const [row] = await browsers.rowsOf(told.id);
      return row?.status === 'pending' && row.reason === 'breaker_open' ? row : undefined;
    }, 'a delivery that waits');
    expect(held.error_code).toBe('401');
    expect((await pushServices()).filter(([, state]) => state === 'open')).toEqual([
      ['push_sandbox', 'open'],
    ]);
    service.sandbox.behaviour.set(NOTHING_WRONG);
    await service.call('POST', '/api/channels/push/resume', { body: {} });
    await browsers.settled(told.id, 'sent');
    expect(await browsers.shownOn(device)).toMatchObject({ times: 1 });
  });

  /** Somebody else sends to the device: from then on it is theirs. */
  const post = async (device: webpush.PushSubscription, keys: ReturnType<typeof newVapidKeys>) => {
    const vapidDetails = { subject: 'mailto:a@example.com', ...keys };
    const details = webpush.generateRequestDetails(device, '{}', { vapidDetails });
    const { endpoint, method, headers, body } = details;
    const init = { method, headers: headers as Record<string, string>, body: new Uint8Array(body) };
    return (await fetch(endpoint, init)).status;
  };

  it('does not take a message from somebody else', async () => {
    const { device } = await browsers.of(browsers.somebody());
    expect(await post(device, newVapidKeys())).toBe(201);
    expect(await post(device, newVapidKeys())).toBe(403);
  });

  it('that refuses us for one subscription holds no other', async () => {
    const [stale, sound] = [browsers.somebody(), browsers.somebody()];
    const { device } = await browsers.of(stale);
    await post(device, newVapidKeys());
    await browsers.of(sound);
    await browsers.settled((await browsers.tell(stale)).id, 'failed');
    await browsers.settled((await browsers.tell(sound)).id, 'sent');
  });
});
