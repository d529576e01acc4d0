import { describe, expect, it } from 'vitest';
import { loadSettings } from '../config/settings.js';
import { EmailSettings } from './email.settings.js';
import { smtpOptions } from './smtp.options.js';

const read = (env: Record<string, string>) =>
  loadSettings([EmailSettings], env).get(EmailSettings) as EmailSettings;
const options = (env: Record<string, string>) => smtpOptions(read(env), { smtpUrl: undefined });

const SERVER = { EMAIL_HOST: 'smtp.shop.test', DEFAULT_FROM_EMAIL: 'Shop <no-reply@shop.test>' };
const ACCOUNT = { ...SERVER, EMAIL_HOST_USER: 'shop', EMAIL_HOST_PASSWORD: 'secret' };

describe('the settings of e-mail', () => {
  it('need nothing', () => {
    expect(options({})).toBeNull();
    expect(read({}).from).toContain('@');
  });

  it.each<[string, Record<string, string>, object]>([
    ['an account, by TLS that is demanded', ACCOUNT, { port: 587, secure: false, requireTLS: true }],
    ['SSL', { ...ACCOUNT, EMAIL_USE_SSL: 'True' }, { port: 465, secure: true, requireTLS: false }],
    ['the port of SSL', { ...ACCOUNT, EMAIL_PORT: '465' }, { port: 465, secure: true }],
    ['a relay next door', SERVER, { port: 25, secure: false, requireTLS: false, opportunisticTLS: true }],
    ['TLS that is demanded', { ...SERVER, EMAIL_USE_TLS: 'True' }, { port: 587, requireTLS: true }],
    [
      'no TLS at all',
      { ...ACCOUNT, EMAIL_USE_TLS: 'False' },
      { port: 25, requireTLS: false, ignoreTLS: true },
    ],
  ])('reach %s', (_, env, expected) => {
    expect(options(env)).toMatchObject(expected);
  });

  it('hand over the account, and demand a certificate that holds wherever TLS is demanded', () => {
    expect(options(ACCOUNT)).toMatchObject({
      auth: { user: 'shop', pass: 'secret' },
      tls: { rejectUnauthorized: true },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    expect(options(SERVER)).toMatchObject({ tls: { rejectUnauthorized: false } });
    expect(options(SERVER)).not.toHaveProperty('auth');
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'a user without a host',
      { EMAIL_HOST_USER: 'x', EMAIL_HOST_PASSWORD: 'y' },
      'EMAIL_HOST is not set, though',
    ],
    ['a user without a password', { ...SERVER, EMAIL_HOST_USER: 'x' }, 'EMAIL_HOST_PASSWORD is not set'],
    ['a password without a user', { ...SERVER, EMAIL_HOST_PASSWORD: 'x' }, 'EMAIL_HOST_USER is not set'],
    ['TLS and SSL', { ...ACCOUNT, EMAIL_USE_TLS: '1', EMAIL_USE_SSL: '1' }, 'exclude each other'],
    ['a URL for a host', { EMAIL_HOST: 'smtp://x' }, 'without smtp://'],
    ['a sender that is none', { DEFAULT_FROM_EMAIL: 'Shop' }, 'DEFAULT_FROM_EMAIL must be as'],
    [
      'a sender with a line break',
      { DEFAULT_FROM_EMAIL: 'Shop\nX <a@b.test>' },
      'DEFAULT_FROM_EMAIL must be as',
    ],
    ['a server without a sender', { EMAIL_HOST: 'smtp.shop.test' }, 'which nobody owns'],
  ])('refuse %s, and say the cure', (_, env, said) => {
    expect(() => read(env)).toThrow(said);
  });

  it('never print the password', () => {
    expect(() => read({ EMAIL_HOST_PASSWORD: 'hunter2' })).toThrow(/^(?!.*hunter2)/s);
  });
});
