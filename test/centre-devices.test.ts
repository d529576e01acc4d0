import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApp } from './support/app.js';
import { makeOutdated } from './support/browsers.js';
import { Visitor } from './support/visitor.js';

let service: TestApp;
let asha: Visitor;

beforeAll(async () => {
  service = await TestApp.start();
});
afterAll(() => service.stop());
beforeEach(async () => {
  asha = await Visitor.to(service);
});

describe('the list of devices', () => {
  const browser = async (name: string) => {
    const { endpoint, keys } = service.sandbox.addDevice(name);
    const { body } = await service.call<{ id: string }>('POST', '/api/notifications/push-subscriptions', {
      as: await service.token(asha.id),
      body: { endpoint, keys, device_name: name },
    });
    return { id: body.id, endpoint };
  };

  it('names each of them, and removes one without a script, as the history shows', async () => {
    expect((await asha.get(asha.page)).body).toContain('There are none yet.');
    const [{ id: phone }] = [await browser('My <phone>'), await browser('Work')];
    const { body } = await asha.get(asha.page);
    expect(body).toMatch(/Work<\/strong>.*My &lt;phone&gt;<\/strong>\s*<small>Since .*Not used yet/s);
    const answer = await asha.post(asha.page, { part: 'devices', device: `push.${phone}` });
    expect([answer.status, answer.location]).toEqual([303, '?saved=devices#devices']);
    const after = (await asha.get(`${asha.page}?saved=devices`)).body;
    expect([after.includes('The device is removed'), after.includes('phone&gt;')]).toEqual([true, false]);
    expect((await asha.ledger()).settings_history.at(-1)).toMatchObject({
      setting: 'device',
      value: { channel: 'push', id: phone, name: 'My <phone>', change: 'removed' },
      source: 'form',
      ip: '127.0.0.1',
    });
  });

  it('of somebody else, or with nothing that is a device, is left alone', async () => {
    const { id: mine } = await browser('Mine');
    const other = await Visitor.to(service);
    for (const device of [`push.${mine}`, 'push.x', 'sms.1', 'constructor.name', '']) {
      expect((await other.post(other.page, { part: 'devices', device })).status).toBe(303);
    }
    expect((await asha.get(asha.page)).body).toContain('Mine</strong>');
    expect((await other.ledger()).settings_history).toEqual([]);
  });

  it('says of one with an old key that nothing is sent there', async () => {
    const { endpoint } = await browser('Work');
    const note = 'Nothing is sent there at the moment.';
    expect((await asha.get(asha.page)).body).not.toContain(note);
    await makeOutdated(service, endpoint);
    expect((await asha.get(asha.page)).body).toContain(note);
  });

  it('speaks Hindi', async () => {
    await asha.known({ locale: 'hi' });
    await browser('Work');
    expect((await asha.get(asha.page)).body).toMatch(/उपकरण.*Work<\/strong>.*हटाएँ/s);
  });
});
