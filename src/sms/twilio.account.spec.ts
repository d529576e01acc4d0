import { describe, expect, it } from 'vitest';
import { accountOf, liveEnv, SID } from '../../test/support/twilio.js';
import { AppSettings } from '../config/app.settings.js';
import { ConfigurationError, loadSettings } from '../config/settings.js';
import { SmsNumbers } from './sms.numbers.js';
import { SmsSettings } from './sms.settings.js';

const SANDBOX = { SANDBOX_URL: `http://AC${'b'.repeat(32)}:sandbox-token@127.0.0.1:4010` };

describe('The account that texts are sent by', () => {
  const problemsOf = (env: Record<string, string>): string[] => {
    try {
      loadSettings([SmsSettings], env);
      return [];
    } catch (error) {
      return (error as ConfigurationError).problems.map(({ env: name, message }) => `${name} ${message}`);
    }
  };

  it('is nobody when nothing is set', () => {
    expect(problemsOf({})).toEqual([]);
    expect(accountOf({})).toMatchObject({ mode: 'off', tokens: [] });
  });

  it("is the sandbox's where there is no other, with its token and its sender", () => {
    expect(accountOf(SANDBOX)).toMatchObject({
      mode: 'sandbox',
      sid: `AC${'b'.repeat(32)}`,
      tokens: ['sandbox-token'],
      from: '+15005550006',
      origin: 'http://127.0.0.1:4010',
      callbackUrl: 'http://localhost:3000/api/webhooks/twilio/status',
    });
  });

  it('is the real one as soon as it is set, whatever else there is', () => {
    const account = accountOf({ ...SANDBOX, ...liveEnv('https://api.example.com') });
    expect(account).toMatchObject({
      mode: 'live',
      sid: SID,
      origin: 'https://api.example.com',
      provider: 'twilio',
    });
  });

  it('gives Twilio no callback address that nobody could reach', () => {
    const { TWILIO_API_BASE_URL: _, ...env } = liveEnv('');
    expect(accountOf(env).callbackUrl).toBeUndefined();
    expect(accountOf({ ...env, PUBLIC_URL: 'https://notify.example.com' }).callbackUrl).toBe(
      'https://notify.example.com/api/webhooks/twilio/status',
    );
    expect(accountOf({ ...env, TWILIO_STATUS_CALLBACK_URL: 'https://x.example/y' }).callbackUrl).toBe(
      'https://x.example/y',
    );
  });

  it.each([
    [['TWILIO_ACCOUNT_SID'], ['TWILIO_AUTH_TOKEN', 'TWILIO_PHONE_NUMBER']],
    [['TWILIO_AUTH_TOKEN'], ['TWILIO_ACCOUNT_SID', 'TWILIO_PHONE_NUMBER']],
    [['TWILIO_PHONE_NUMBER'], ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN']],
    [['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'], ['TWILIO_PHONE_NUMBER']],
    [['TWILIO_API_BASE_URL'], ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_PHONE_NUMBER']],
  ])('stops the start when only %j are set, naming %j', (given, missing) => {
    const whole = liveEnv('https://api.example.com');
    const problems = problemsOf(Object.fromEntries(given.map((name) => [name, whole[name] ?? ''])));
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(missing);
    for (const problem of problems) expect(problem).toContain('is not set, though');
  });

  it('may choose its sender by a messaging service instead of a number', () => {
    const { TWILIO_PHONE_NUMBER: _, ...env } = liveEnv('https://api.example.com');
    expect(problemsOf({ ...env, TWILIO_MESSAGING_SERVICE_SID: `MG${'c'.repeat(32)}` })).toEqual([]);
  });

  it.each([
    ['TWILIO_ACCOUNT_SID', 'AC123'],
    ['TWILIO_PHONE_NUMBER', '09876543210987'],
    ['TWILIO_STATUS_CALLBACK_URL', 'notify.example.com'],
    ['SMS_COUNTRIES', 'IN,india'],
    ['TWILIO_TIMEOUT_MS', '60000'],
  ])('refuses %s=%s', (name, value) => {
    expect(problemsOf({ ...liveEnv('https://api.example.com'), [name]: value }).join()).toContain(name);
  });
});

describe('The numbers that may get texts', () => {
  const numbers = (env: Record<string, string>) =>
    new SmsNumbers(new SmsSettings(env), new AppSettings(env), accountOf(env));

  it('are the mobile ones of the home country, when nothing else is said', () => {
    const { countries, addressOf } = bound(numbers({}));
    expect(countries).toEqual(['IN']);
    expect(addressOf('098765 43210')).toEqual({ number: '+919876543210' });
    expect(addressOf('+44 7400 123456')).toMatchObject({
      number: null,
      why: expect.stringContaining('IN') as string,
    });
    expect(addressOf('+91 22 6123 4567')).toMatchObject({
      number: null,
      why: expect.stringContaining('landline') as string,
    });
    expect(addressOf(null)).toMatchObject({ number: null });
  });

  it('are those of other countries, where they are allowed', () => {
    const { addressOf } = bound(numbers({ SMS_COUNTRIES: 'IN,GB' }));
    expect(addressOf('+447400123456')).toEqual({ number: '+447400123456' });
    // +44 is also Guernsey.
    expect(addressOf('+447781123456')).toMatchObject({ number: null });
  });

  it("are also the carrier's test numbers, in the sandbox alone", () => {
    expect(bound(numbers(SANDBOX)).addressOf('+15005550001')).toEqual({ number: '+15005550001' });
    expect(bound(numbers({})).addressOf('+15005550001')).toMatchObject({ number: null });
  });

  const bound = (found: SmsNumbers) => ({
    countries: found.countries,
    addressOf: (phone: string | null) => found.addressOf(phone),
  });
});
