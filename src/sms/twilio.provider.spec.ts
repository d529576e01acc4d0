import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { failureOf, formsOf, liveEnv, providerOf, SID, TOKEN } from '../../test/support/twilio.js';
import { Sandbox } from '../sandbox/sandbox.js';
import type { TwilioProvider } from './twilio.provider.js';

const TO = '+919876543210';
const open: TwilioProvider[] = [];

function opened(env: Record<string, string>): TwilioProvider {
  const provider = providerOf(env);
  open.push(provider);
  return provider;
}

const live = (origin: string, more?: Record<string, string>) => opened(liveEnv(origin, more));

afterEach(() => {
  for (const provider of open.splice(0)) provider.onApplicationShutdown();
});

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = [];
  for await (const page of pages) read.push(page);
  return read;
}

describe('Sending to the sandbox', () => {
  let sandbox: Sandbox;
  let provider: TwilioProvider;

  beforeAll(async () => {
    const timing = { queued: 1, sent: 1, delivered: 1, priced: 1 };
    sandbox = await Sandbox.start({ accountSid: SID, authToken: TOKEN, timing });
  });
  afterAll(() => sandbox.stop());

  const send = (to: string, body = 'LaundryConnect: hello') => {
    provider = opened({ SANDBOX_URL: sandbox.accountUrl });
    return provider.send({ to, body });
  };

  it('hands over a text and gets its id, status and segments', async () => {
    const sent = await send(TO, 'a'.repeat(200));
    expect(sent).toMatchObject({ to: TO, status: 'queued', segments: 2, price: null, errorCode: null });
    expect(sent.sid).toMatch(/^SM[0-9a-f]{32}$/);
  });

  it('learns status and price later, positive and exact', async () => {
    const { sid } = await send(TO);
    await expect
      .poll(() => provider.fetch(sid))
      .toMatchObject({ word: 'delivered', status: 'delivered', price: '0.08320', priceUnit: 'USD' });
  });

  it.each([
    ['+15005550001', 'address', '21211'],
    ['+15005550002', 'address', '21612'],
    ['+15005550003', 'country', '21408'],
    ['+15005550004', 'stopped', '21610'],
    ['+15005550009', 'address', '21614'],
  ])('sorts the refusal of the magic number %s as %s', async (to, kind, code) => {
    expect(await failureOf(send(to))).toMatchObject({ kind, code, provider: 'sandbox' });
  });

  it.each([
    ['+15005550001', 'configuration', '21212'],
    ['+15005550007', 'configuration', '21606'],
    ['+15005550008', 'not_accepted', '21611'],
  ])('sorts the refusal of the magic sender %s as %s', async (from, kind, code) => {
    const wrong = live(sandbox.url, { TWILIO_PHONE_NUMBER: from });
    expect(await failureOf(wrong.send({ to: TO, body: 'x' }))).toMatchObject({ kind, code });
  });

  it('takes a wrong token for a wrong configuration, and says what to check', async () => {
    const wrong = live(sandbox.url, { TWILIO_AUTH_TOKEN: 'another-token' });
    const { kind, code, message } = await failureOf(wrong.send({ to: TO, body: 'x' }));
    expect([kind, code]).toEqual(['configuration', '20003']);
    expect(message).toContain('TWILIO_AUTH_TOKEN');
  });

  it('finds a text again by its number and exact words, the newest first', async () => {
    const words = `LaundryConnect: ${Date.now()}`;
    const first = await send(TO, words);
    const second = await send(TO, words);
    await send(TO, `${words}!`);
    await send('+919876543211', words);
    const before = new Date(Date.now() - 5000);
    const found = await provider.sentTo({ to: TO, body: words }, before);
    expect(found.map(({ sid }) => sid)).toEqual([second.sid, first.sid]);
    expect(await provider.sentTo({ to: TO, body: words }, new Date(Date.now() + 5000))).toEqual([]);
  });

  it('lists what was sent in a period, page by page', async () => {
    const sent = await Promise.all(Array.from({ length: 12 }, () => send(TO)));
    const [before, after] = [new Date(Date.now() - 60_000), new Date(Date.now() + 60_000)];
    const pages = await all(provider.sentBetween(before, after, 5));
    expect(pages.length).toBeGreaterThanOrEqual(3);
    for (const page of pages.slice(0, -1)) expect(page).toHaveLength(5);
    expect(pages.flat().map(({ sid }) => sid)).toEqual(expect.arrayContaining(sent.map(({ sid }) => sid)));
    expect(await all(provider.sentBetween(new Date(+before - 60_000), before, 5))).toEqual([[]]);
  });

  it('asks Lookup for a number', async () => {
    provider = opened({ SANDBOX_URL: sandbox.accountUrl });
    expect(await provider.lookup(TO)).toMatchObject({
      valid: true,
      country: 'IN',
      type: 'mobile',
      errors: [],
    });
    expect(await provider.lookup('+9112')).toMatchObject({ valid: false, errors: ['TOO_SHORT'] });
  });
});

describe('What is sent', () => {
  it('carries the delivery, the attempt and the retries that Twilio should make in its callback', async () => {
    const forms = await formsOf(async (origin) => {
      const provider = live(origin, { PUBLIC_URL: 'https://notify.example.com' });
      const delivery = { id: '0190c0de-0000-7000-8000-000000000001', attempt: 2 };
      await provider.send({ to: TO, body: 'Ram & Sons +1', delivery });
    });
    expect(Object.fromEntries(forms[0] ?? [])).toEqual({
      To: TO,
      From: '+15005550006',
      Body: 'Ram & Sons +1',
      StatusCallback:
        'https://notify.example.com/api/webhooks/twilio/status' +
        '?d=0190c0de-0000-7000-8000-000000000001&a=2#rc=5&rp=ct,rt,5xx',
    });
  });

  it('tells Twilio how long the text is worth sending, up to its ten hours', async () => {
    const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000);
    const forms = await formsOf(async (origin) => {
      const provider = live(origin);
      for (const expiresAt of [inSeconds(600), inSeconds(-5), inSeconds(40_000)]) {
        await provider.send({ to: TO, body: 'x', expiresAt });
      }
    });
    const [soon = 0, ...others] = forms.map((form) => Number(form.get('ValidityPeriod') ?? NaN));
    expect(soon).toBeGreaterThan(590);
    expect(soon).toBeLessThanOrEqual(600);
    expect(others).toEqual([1, NaN]);
  });

  it('names the messaging service, where there is one', async () => {
    const service = `MG${'b'.repeat(32)}`;
    const [form] = await formsOf((origin) =>
      opened({
        TWILIO_ACCOUNT_SID: SID,
        TWILIO_AUTH_TOKEN: 'token-of-tests',
        TWILIO_MESSAGING_SERVICE_SID: service,
        TWILIO_API_BASE_URL: origin,
      }).send({ to: TO, body: 'x' }),
    );
    expect([form?.get('MessagingServiceSid'), form?.get('From')]).toEqual([service, null]);
  });
});
