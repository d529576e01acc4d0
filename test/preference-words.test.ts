import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApp } from './support/app.js';

interface Preferences {
  readonly locked: Record<string, Record<string, string>>;
  readonly closed: Record<string, { readonly reason: string; readonly detail: string }>;
  readonly labels: { readonly categories: object; readonly channels: object };
  readonly agreements: Record<string, string>;
}

const PATH = '/api/notifications/preferences';

describe('the words of preferences', () => {
  let service: TestApp;
  let person: string;
  let phone: string;
  let as: string;
  let count = 0;

  beforeAll(async () => {
    service = await TestApp.start();
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    count += 1;
    person = `reader-${count}`;
    phone = `+9198765430${String(count).padStart(2, '0')}`;
    as = await service.token(person);
    await service.call('PUT', `/api/users/${person}`, { body: { phone, email: `${person}@example.com` } });
  });

  const read = async (language?: string, method = 'GET', body?: object) => {
    const headers = language === undefined ? {} : { 'accept-language': language };
    return (await service.call<Preferences>(method, PATH, { as, headers, ...(body && { body }) })).body;
  };
  const close = (reason: string) =>
    service.call('POST', '/api/suppressions', { body: { channel: 'sms', address: phone, reason } });

  it('are in the language that is asked for, else in the language of the person', async () => {
    expect(await read()).toMatchObject({
      locked: { order: { realtime: expect.stringMatching(/^In the app is always on/) as string } },
      labels: { categories: { order: 'Order updates' }, channels: { realtime: 'In the app', sms: 'SMS' } },
      agreements: { sms: expect.stringMatching(/^By turning on SMS/) as string },
    });
    const hindi = {
      locked: { order: { realtime: expect.stringContaining('हमेशा चालू') as string } },
      labels: { categories: { order: 'ऑर्डर की जानकारी' }, channels: { email: 'ई-मेल' } },
      agreements: { sms: expect.stringMatching(/^SMS चालू करके/) as string },
    };
    expect(await read('hi-IN, en;q=0.5')).toMatchObject(hindi);
    expect(await read('hi', 'PATCH', { locale: 'en' })).toMatchObject(hindi);
    expect(await read('ta', 'PATCH', { locale: 'hi' })).toMatchObject(hindi);
    expect((await read('en')).labels.categories).toMatchObject({ order: 'Order updates' });
  });

  it.each([
    ['unreachable', 'SMS has not reached you several times'],
    ['invalid', 'because the address does not work'],
    ['stopped', 'Reply START to a message from us'],
    ['complaint', 'You have reported a message by SMS as unwanted'],
    ['manual', 'Somebody of our staff has closed SMS'],
  ])('say why an address is closed, and how that ends: %s', async (reason, words) => {
    expect((await read()).closed).toEqual({});
    await close(reason);
    const before = await read();
    expect(before.closed).toEqual({ sms: { reason, detail: expect.stringContaining(words) as string } });
    expect((await read('hi')).closed).toEqual({
      sms: { reason, detail: expect.stringMatching(/SMS.*यहाँ जो भी चुनें/) as string },
    });
    expect(await read(undefined, 'PUT', before)).toEqual(before);
  });

  it('say it no more when it is over', async () => {
    await close('stopped');
    expect((await read()).closed).toHaveProperty('sms');
    await service.call('DELETE', `/api/suppressions/sms/${encodeURIComponent(phone)}`);
    expect((await read()).closed).toEqual({});
  });
});
