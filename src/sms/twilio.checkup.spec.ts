import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, liveEnv, providerOf, SID } from '../../test/support/twilio.js';
import { isPublic } from '../checkups/public.address.js';

/** An account whose answers each test sets. */
describe('Looking at an account of Twilio', () => {
  const account = { status: 'active', type: 'Full', balance: '20.00', sms: true, owned: ['+15005550006'] };
  let server: { origin: string; close: () => Promise<void> };
  beforeAll(async () => {
    server = await listen(
      http.createServer(({ url = '' }, answer) => {
        const { status, type, balance, sms, owned } = account;
        const numbers = owned.map((phone_number) => ({ phone_number, capabilities: { sms } }));
        const body = url.includes('Balance')
          ? { balance, currency: 'USD' }
          : url.includes('IncomingPhoneNumbers')
            ? { incoming_phone_numbers: numbers }
            : { sid: SID, status, type };
        answer.end(JSON.stringify(body));
      }),
    );
  });
  afterAll(() => server.close());

  const found = async (more: Partial<typeof account>, env: Record<string, string> = {}) => {
    Object.assign(account, { status: 'active', type: 'Full', balance: '20.00', sms: true }, more);
    const provider = providerOf(liveEnv(server.origin, { PUBLIC_URL: 'https://notify.example.com', ...env }));
    const findings = await provider.check();
    provider.onApplicationShutdown();
    return Object.fromEntries(findings.map(({ code, state }) => [code.replace('sms.twilio.', ''), state]));
  };

  it('finds everything good', async () => {
    expect(await found({})).toEqual({
      account: 'good',
      type: 'good',
      balance: 'good',
      sender: 'good',
      callback: 'good',
      clock: 'good',
    });
  });

  it.each([
    [{ status: 'suspended' }, { account: 'bad' }],
    [{ type: 'Trial' }, { type: 'warning' }],
    [{ balance: '1.50' }, { balance: 'warning' }],
    [{ balance: '-0.10' }, { balance: 'bad' }],
    [{ sms: false }, { sender: 'bad' }],
  ])('notices %j', async (more, expected) => {
    expect(await found(more)).toMatchObject(expected);
  });

  it('cannot ask for a sender that is no number', async () => {
    expect(await found({}, { TWILIO_PHONE_NUMBER: 'LNDRYC' })).toMatchObject({ sender: 'warning' });
  });
});

describe('A public address', () => {
  it.each([
    ['https://notify.example.com', true],
    ['https://93.184.216.34/x', true],
    ['http://notify.example.com', false],
    ['https://localhost', false],
    ['https://10.1.2.3', false],
    ['https://192.168.1.7:8443', false],
    ['https://[::1]', false],
    ['https://[fd00::1]', false],
    ['https://service', false],
    ['https://notify.internal', false],
  ])('%s: %s', (url, expected) => {
    expect(isPublic(url)).toBe(expected);
  });
});
