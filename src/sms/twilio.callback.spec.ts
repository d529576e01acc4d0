import fc from 'fast-check';
import twilio from 'twilio';
import { describe, expect, it } from 'vitest';
import { accountOf, liveEnv, SID, TOKEN } from '../../test/support/twilio.js';
import { DomainError } from '../http/domain.error.js';
import { isGenuine, reportOf } from './twilio.callback.js';

const PUBLIC = 'https://notify.example.com';
const PATH = '/api/webhooks/twilio/status';
const DELIVERY = '0190c0de-0000-7000-8000-000000000001';
const MESSAGE = `SM${'b'.repeat(32)}`;
const form = (more: Record<string, unknown> = {}) => ({
  AccountSid: SID,
  MessageSid: MESSAGE,
  MessageStatus: 'delivered',
  To: '+919876543210',
  From: '+15005550006',
  ...more,
});
const account = (more: Record<string, string> = {}) =>
  accountOf(liveEnv('https://api.example.com', { PUBLIC_URL: PUBLIC, ...more }));
const signed = (called: string, fields: object, token = TOKEN) =>
  twilio.getExpectedTwilioSignature(token, called, fields as Record<string, string>);

describe('The signature of a callback', () => {
  const url = `${PATH}?d=${DELIVERY}&a=1`;

  it('is accepted when our token has signed the public URL and every field', () => {
    const callback = { url, form: form(), signature: signed(PUBLIC + url, form()) };
    expect(isGenuine(account(), callback)).toBe(true);
  });

  it('is accepted with and without the port in the public URL', () => {
    for (const origin of ['http://localhost:3000', 'https://notify.example.com:8443']) {
      const callback = { url, form: form(), signature: signed(origin + url, form()) };
      expect(isGenuine(account({ PUBLIC_URL: origin }), callback)).toBe(true);
    }
  });

  it('is checked against the callback URL of its own, where there is one, whatever the path here', () => {
    const callbackUrl = 'https://edge.example.com/hooks/sms';
    const settings = account({ TWILIO_STATUS_CALLBACK_URL: callbackUrl });
    const query = `?d=${DELIVERY}&a=1`;
    const genuine = { url, form: form(), signature: signed(callbackUrl + query, form()) };
    expect(isGenuine(settings, genuine)).toBe(true);
    expect(isGenuine(settings, { ...genuine, signature: signed(PUBLIC + url, form()) })).toBe(false);
  });

  it('may come from either token while the token is changed', () => {
    const both = account({ TWILIO_AUTH_TOKEN_OLD: 'the-former-token' });
    const callback = { url, form: form(), signature: signed(PUBLIC + url, form(), 'the-former-token') };
    expect(isGenuine(both, callback)).toBe(true);
    expect(isGenuine(account(), callback)).toBe(false);
  });

  it('is refused when anything of it was changed', () => {
    const signature = signed(PUBLIC + url, form());
    const genuine = { url, form: form(), signature };
    expect(isGenuine(account(), { ...genuine, form: form({ MessageStatus: 'failed' }) })).toBe(false);
    expect(isGenuine(account(), { ...genuine, form: form({ Extra: '1' }) })).toBe(false);
    expect(isGenuine(account(), { ...genuine, url: `${PATH}?d=${DELIVERY}&a=2` })).toBe(false);
    expect(isGenuine(account(), { ...genuine, signature: signed(PUBLIC + url, form(), '') })).toBe(false);
    expect(isGenuine(account({ PUBLIC_URL: 'https://other.example.com' }), genuine)).toBe(false);
  });

  it('is refused while there is no account, also when an empty token has signed it', () => {
    const callback = { url, form: form(), signature: signed(PUBLIC + url, form(), '') };
    expect(isGenuine(accountOf({ PUBLIC_URL: PUBLIC }), callback)).toBe(false);
  });

  it('never throws, and accepts nothing that nobody has signed', () => {
    const anything = fc.record({ url: fc.string(), signature: fc.anything(), form: fc.anything() });
    const near = fc.record({
      url: fc.webPath().map((path) => `${PATH}?${path}`),
      signature: fc.base64String(),
      form: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.array(fc.string()))),
    });
    fc.assert(fc.property(fc.oneof(anything, near), (callback) => !isGenuine(account(), callback)));
  });
});

describe('Reading a callback', () => {
  const read = (fields: unknown, query = `?d=${DELIVERY}&a=3`) =>
    reportOf({ url: PATH + query, signature: '', form: fields }, account());

  it('tells which delivery and attempt it is about, and what became of it', () => {
    expect(read(form())).toEqual({
      provider: 'twilio',
      providerId: MESSAGE,
      deliveryId: DELIVERY,
      attempt: 3,
      status: 'delivered',
      payload: { MessageStatus: 'delivered', From: '+15005550006' },
    });
  });

  it.each([
    ['accepted', 'queued'],
    ['queued', 'queued'],
    ['sending', 'sending'],
    ['sent', 'sent'],
    ['delivered', 'delivered'],
    ['undelivered', 'undelivered'],
    ['failed', 'failed'],
    ['canceled', 'cancelled'],
    ['read', 'read'],
  ])('reads the status %s as %s', (word, status) => {
    expect(read(form({ MessageStatus: word }))).toMatchObject({ status });
  });

  it('sorts why a text did not arrive', () => {
    const failed = (code?: string) => read(form({ MessageStatus: 'undelivered', ErrorCode: code }))?.failure;
    expect(failed('30005')).toMatchObject({ kind: 'address', code: '30005' });
    expect(failed('30003')).toMatchObject({ kind: 'maybe_later', code: '30003' });
    expect(failed('31999')).toMatchObject({ kind: 'maybe_later', code: '31999' });
    expect(failed()).toMatchObject({ kind: 'maybe_later', code: 'undelivered' });
    expect(read(form({ ErrorCode: '30005' }))?.failure).toBeUndefined();
  });

  it('goes by the SID alone where the URL names no delivery of ours', () => {
    for (const query of ['', '?d=1&a=1', `?d=${DELIVERY}`, `?d=${DELIVERY}&a=x`, '?a=1']) {
      expect(read(form(), query)).toMatchObject({ deliveryId: null, attempt: null, providerId: MESSAGE });
    }
  });

  it('keeps nothing that names the person', () => {
    expect(JSON.stringify(read(form({ Body: 'hello', To: '+919876543210' })))).not.toMatch(
      /9876543210|hello/,
    );
  });

  it('says nothing of inbound texts and of words that are new', () => {
    expect(read(form({ MessageStatus: 'received' }))).toBeUndefined();
    expect(read(form({ MessageStatus: 'teleported' }))).toBeUndefined();
  });

  it.each([
    ['MessageSid', undefined],
    ['MessageSid', ['SM1', 'SM2']],
    ['MessageSid', `SM${'b'.repeat(33)}`],
    ['MessageStatus', ''],
    ['MessageStatus', { nested: true }],
    ['AccountSid', 'somebody'],
    ['ErrorCode', '3000x'],
    ['ErrorCode', ['30003', '30005']],
  ])('refuses %s of another form (%j) with 400 and its name', (name, value) => {
    const thrown = problemOf(() => read(form({ [name]: value })));
    expect(thrown).toMatchObject({ status: 400, errors: [{ pointer: `/${name}` }] });
  });

  it('refuses the callback of another account', () => {
    expect(problemOf(() => read(form({ AccountSid: `AC${'f'.repeat(32)}` })))).toMatchObject({ status: 403 });
  });

  it('gives a report or a problem for every form, and never fails otherwise', () => {
    const value = fc.oneof(
      fc.string(),
      fc.constant('delivered'),
      fc.constant(SID),
      fc.constant(MESSAGE),
      fc.anything(),
    );
    const fields = fc.dictionary(
      fc.constantFrom('AccountSid', 'MessageSid', 'MessageStatus', 'ErrorCode', 'x'),
      value,
    );
    fc.assert(
      fc.property(fc.oneof(fields, fc.anything()), fc.string(), (given, query) => {
        try {
          read(given, `?${query}`);
        } catch (error) {
          expect(error).toBeInstanceOf(DomainError);
        }
      }),
    );
  });
});

function problemOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('It should have been refused.');
}
