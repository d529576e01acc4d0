import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApp } from './support/app.js';
import { environmentOf, NO_DATABASE, runCli } from './support/cli.js';

const RULE = '='.repeat(60);
let service: TestApp;

beforeAll(async () => {
  service = await TestApp.start();
});
afterAll(() => service.stop());

const environment = () => environmentOf(service);
const cli = (args: readonly string[], env: Record<string, string> = environment(), colour = false) =>
  runCli(args, env, colour);
const lastText = async () => (await service.sandbox.messages({ channel: 'sms' }))[0];

describe('test-sms --check-config', () => {
  it('shows account, sender and mode between two lines, and needs no database', async () => {
    const { exit, out } = await cli(['test-sms', '--check-config'], { ...environment(), ...NO_DATABASE });
    const lines = out.trim().split('\n');
    expect(exit).toBe(0);
    expect(lines[0]).toBe(RULE);
    expect(lines.at(-1)).toBe(RULE);
    expect(lines).toContain('SMS Configuration Check');
    expect(lines).toContain('✓ SMS service is enabled and configured');
    expect(lines).toContain('  Account SID: AC00000000...');
    expect(lines).toContain('  From Number: +15005550006');
  });

  it('says how to configure it, and ends with 3, when it is not', async () => {
    const { exit, out } = await cli(['test-sms', '--check-config'], {});
    expect(exit).toBe(3);
    expect(out).toContain('✗ SMS service is NOT configured');
    for (const name of ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_PHONE_NUMBER'])
      expect(out).toContain(name);
  });

  it('names the missing half of a half-configured account', async () => {
    const half = { TWILIO_ACCOUNT_SID: `AC${'a'.repeat(32)}` };
    const { exit, out } = await cli(['test-sms', '--check-config'], half);
    expect(exit).toBe(3);
    expect(out).toMatch(/TWILIO_AUTH_TOKEN is not set, though TWILIO_ACCOUNT_SID is/);
  });

  it('never shows the token', async () => {
    const env = {
      TWILIO_ACCOUNT_SID: `AC${'a'.repeat(32)}`,
      TWILIO_AUTH_TOKEN: 'very-secret-token',
      TWILIO_PHONE_NUMBER: '+15005550006',
      TWILIO_API_BASE_URL: 'http://127.0.0.1:1',
    };
    const human = await cli(['test-sms', '--check-config'], env);
    const json = await cli(['test_sms', '--check-config', '--json'], env);
    expect(human.exit).toBe(1);
    expect(human.out).toContain('✗ Twilio could not be reached');
    expect(json.json()).toMatchObject({
      ok: false,
      account_sid: 'ACaaaaaaaa...',
      from: '+15005550006',
      mode: 'live',
    });
    expect(human.out + human.err + json.out + json.err).not.toContain('very-secret');
  });

  it('asks the carrier about account, balance and sender', async () => {
    const { exit, out } = await cli(['test-sms', '--check-config']);
    expect(exit).toBe(0);
    const lines = out.split('\n');
    expect(lines).toContain('✓ It is a full account.');
    expect(lines).toContain('✓ The balance is 1000.00 USD.');
    expect(lines).toContain('✓ +15005550006 belongs to the account and can send texts.');
    expect(out).toContain('✓ Callbacks go to ');
  });

  it('ends with 3, and the cure, when the carrier does not accept what is configured', async () => {
    const account = {
      TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
      TWILIO_AUTH_TOKEN: 'sandbox-token',
      TWILIO_PHONE_NUMBER: '+15005550007',
      TWILIO_API_BASE_URL: service.sandbox.url,
    };
    const foreign = await cli(['test-sms', '--check-config'], account);
    expect(foreign.exit).toBe(3);
    expect(foreign.out).toContain(
      '✗ +15005550007 does not belong to the account.\n  Set TWILIO_PHONE_NUMBER',
    );
    const wrong = { ...account, TWILIO_AUTH_TOKEN: 'another-token' };
    const refused = await cli(['test-sms', '--check-config', '--json'], wrong);
    expect(refused.exit).toBe(3);
    expect(refused.json()).toMatchObject({
      ok: false,
      findings: [
        {
          code: 'sms.twilio.account',
          state: 'bad',
          says: expect.stringContaining('TWILIO_AUTH_TOKEN') as string,
        },
        {},
        {},
        { code: 'sms.dlt', state: 'warning' },
      ],
    });
  });

  it('is what happens without an option, and that is said', async () => {
    const { exit, out, err } = await cli(['test-sms']);
    expect(exit).toBe(0);
    expect(err).toContain('No option was given');
    expect(out).toContain('SMS Configuration Check');
  });
});

describe('test-sms --phone', () => {
  it('sends the text, and needs no database', async () => {
    const env = { ...environment(), ...NO_DATABASE };
    const { exit, out } = await cli(['test-sms', '--phone', '98765 43210', '--message', 'Ram & Sons'], env);
    expect(exit).toBe(0);
    expect(out).toContain('Sending Test SMS\n');
    expect(out).toContain('  To: +919876543210\n  Message: Ram & Sons\n');
    expect(out).toContain('✓ SMS sent successfully!\n');
    expect(out).toMatch(/Message SID: SM[0-9a-f]{32}\n\s+Status: queued\n\s+Segments: 1\n/);
    expect(await lastText()).toMatchObject({ to: '+919876543210', text: 'Ram & Sons' });
  });

  it('waits for the last word and the price', async () => {
    const { exit, out, err } = await cli([
      'test-sms',
      '--phone',
      '+919876543210',
      '--message',
      'x',
      '--wait',
    ]);
    expect(exit).toBe(0);
    expect(out).toMatch(/Status: delivered\n/);
    expect(out).toMatch(/Cost: 0\.08320 USD\n/);
    expect(err).toContain('Waiting: delivered');
  });

  it('gives its result as JSON, and nothing else on stdout', async () => {
    const { exit, json } = await cli(['test-sms', '--phone', '+919876543210', '--json', '--wait', '20']);
    expect(exit).toBe(0);
    expect(json()).toMatchObject({
      ok: true,
      to: '+919876543210',
      status: 'delivered',
      price_unit: 'USD',
      segments: 1,
    });
  });

  it.each([
    ['+15005550001', 6, '21211'],
    ['+15005550003', 6, '21408'],
    ['+15005550004', 5, '21610'],
  ])('ends with the class of the refusal: %s', async (phone, code, error) => {
    const { exit, json } = await cli(['test-sms', '--phone', phone, '--json']);
    expect(exit).toBe(code);
    expect(json()).toMatchObject({ ok: false, error_code: error });
  });

  it('says so when the text was taken and did not arrive', async () => {
    const { exit, out } = await cli(['test-sms', '--phone', '+919000030005', '--wait', '20']);
    expect(exit).toBe(6);
    expect(out).toContain('✓ SMS sent successfully!');
    expect(out).toContain('✗ It did not arrive');
    expect(out).toContain('Error Code: 30005');
  });

  it('sends nothing in a dry run, and counts', async () => {
    const before = await lastText();
    const { exit, json } = await cli([
      'test-sms',
      '--phone',
      '+919876543210',
      '--message',
      '₹500',
      '--dry-run',
      '--json',
    ]);
    expect(exit).toBe(0);
    expect(json()).toMatchObject({ ok: true, segments: 1, encoding: 'UCS-2' });
    expect(await lastText()).toEqual(before);
  });

  it('asks Lookup first, when told to', async () => {
    const good = await cli(['test-sms', '--phone', '+919876543210', '--verify', '--dry-run', '--json']);
    expect([good.exit, good.json()['line_type']]).toEqual([0, 'mobile']);
    const landline = await cli(['test-sms', '--phone', '+919000030006', '--verify', '--json']);
    expect([landline.exit, landline.json()['ok']]).toEqual([6, false]);
  });

  it.each([
    ['+912261234567', 'landline'],
    ['12', 'too few digits'],
    ['+14155550123', 'Allowed are IN'],
  ])('refuses the number %s as a mistake of the caller, with the reason', async (phone, reason) => {
    const { exit, err } = await cli(['test-sms', '--phone', phone]);
    expect(exit).toBe(2);
    expect(err).toContain(reason);
  });

  it('fails when the carrier cannot be reached', async () => {
    const away = { SANDBOX_URL: `http://AC${'0'.repeat(32)}:token@127.0.0.1:1` };
    const { exit, out } = await cli(['test-sms', '--phone', '+919876543210'], away);
    expect(exit).toBe(1);
    expect(out).toContain('✗ SMS sending failed');
    expect(out).toContain('could not be reached');
  });

  it('ends with 3 when nothing is configured', async () => {
    const { exit, out } = await cli(['test-sms', '--phone', '+919876543210'], {});
    expect(exit).toBe(3);
    expect(out).toContain('✗ SMS sending failed');
  });
});

describe('test-sms --user-email', () => {
  const put = (id: string, fields: object) => service.call('PUT', `/api/users/${id}`, { body: fields });
  const prefer = (id: string, choices: object) =>
    service
      .token(id)
      .then((as) => service.call('PATCH', '/api/notifications/preferences', { body: choices, as }));

  it("sends a notification's text to the person", async () => {
    await put('cli-1', { email: 'asha@example.com', phone: '+919812345678', first_name: 'Asha' });
    await prefer('cli-1', { order_updates_sms: true });
    const args = ['test-sms', '--user-email', 'asha@example.com', '--type', 'order_confirmed', '--json'];
    const { exit, json } = await cli(args);
    expect(exit).toBe(0);
    expect(json()).toMatchObject({ ok: true, to: '+919812345678' });
    const text = await lastText();
    expect(text).toMatchObject({ to: '+919812345678' });
    expect(JSON.stringify(text)).toContain('LaundryConnect:');
  });

  it('says which preference forbids it, and ends with 5', async () => {
    await put('cli-2', { email: 'bela@example.com', phone: '+919812345679' });
    const { exit, err } = await cli([
      'test-sms',
      '--user-email',
      'bela@example.com',
      '--type',
      'order_confirmed',
    ]);
    expect(exit).toBe(5);
    expect(err).toContain('order_updates_sms');
  });

  it.each([
    ['somebody@example.com', 'order_confirmed', 4, 'Nobody has the address'],
    ['asha@example.com', 'order_confirmd', 4, 'Did you mean "order_confirmed"'],
    ['not an address', 'order_confirmed', 2, '--user-email'],
  ])('ends with the reason for %s and %s', async (email, type, code, reason) => {
    const { exit, err } = await cli(['test-sms', '--user-email', email, '--type', type]);
    expect([exit, err]).toEqual([code, expect.stringContaining(reason)]);
  });

  it('ends with 4 for a person without a phone', async () => {
    await put('cli-3', { email: 'chitra@example.com' });
    const { exit } = await cli(['test-sms', '--user-email', 'chitra@example.com']);
    expect(exit).toBe(4);
  });

  it('ends with 3 and the cure when the database is away', async () => {
    const { exit, err } = await cli(['test-sms', '--user-email', 'asha@example.com'], {
      ...environment(),
      ...NO_DATABASE,
    });
    expect(exit).toBe(3);
    expect(err).toContain('DATABASE_URL');
  });
});
