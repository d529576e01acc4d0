import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { LocalSmtp } from '../../test/support/smtp.js';
import { type Script, ScriptedSmtp } from '../../test/support/scripted-smtp.js';
import { DeliveryFailure, type FailureKind } from '../channels/failures.js';
import { SandboxSettings } from '../config/app.settings.js';
import { EmailService, type Mail } from './email.service.js';
import { EmailSettings } from './email.settings.js';

const started: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const thing of started.splice(0).reverse()) await thing.stop();
});

function serviceFor(env: Record<string, string>): EmailService {
  const service = new EmailService(new EmailSettings(env), new SandboxSettings(env));
  started.push({ stop: () => service.onApplicationShutdown() });
  return service;
}

async function local(): Promise<{ smtp: LocalSmtp; service: EmailService }> {
  const smtp = await LocalSmtp.start();
  started.push(smtp);
  return { smtp, service: serviceFor({ SANDBOX_SMTP_URL: smtp.url }) };
}

async function scripted(script: Script, env: Record<string, string> = {}) {
  const smtp = await ScriptedSmtp.start(script);
  started.push(smtp);
  const service = serviceFor({
    SANDBOX_SMTP_URL: smtp.url,
    EMAIL_TIMEOUT: '1',
    EMAIL_MAX_CONNECTIONS: '1',
    ...env,
  });
  return { smtp, service };
}

let count = 0;
const mail = (change: Partial<Mail> = {}): Mail => ({
  to: { name: '', address: 'ram@customer.example' },
  subject: 'Your order is confirmed',
  html: '<p>Confirmed</p>',
  text: 'Confirmed',
  messageId: `mail-${(count += 1)}@laundryconnect.example`,
  headers: {},
  ...change,
});

const kindOf = async (sending: Promise<void>): Promise<FailureKind | 'sent'> =>
  sending.then(
    () => 'sent',
    (error: unknown) => (error instanceof DeliveryFailure ? error.kind : Promise.reject(error as Error)),
  );

describe('a mail', () => {
  it('arrives with both parts, its own Message-ID and the headers it was given', async () => {
    const { smtp, service } = await local();
    await service.send(
      mail({
        messageId: 'd1@laundryconnect.example',
        headers: { 'List-Unsubscribe': '<https://x.example/u/t>' },
      }),
    );
    const got = await smtp.latest();
    expect(got.messageId).toBe('<d1@laundryconnect.example>');
    expect(got.from?.text).toBe('"LaundryConnect" <no-reply@laundryconnect.example>');
    expect(got.to).toMatchObject({ text: 'ram@customer.example' });
    expect([got.subject, got.html, got.text]).toEqual([
      'Your order is confirmed',
      '<p>Confirmed</p>',
      'Confirmed',
    ]);
    expect(smtp.raw[0]).toMatch(/^List-Unsubscribe: <https:\/\/x\.example\/u\/t>\r$/m);
  });

  it.each([
    ['an ampersand', 'Ram & Sons'],
    ['Devanagari', 'आपका ऑर्डर ORD20260103A123 तैयार है'],
    ['emoji', '🧺 Fresh laundry 👨‍👩‍👧‍👦 ₹500'],
    ['markup', '<b>not bold</b> {{ user }} %s'],
    ['a lone dot and lines that begin with dots', 'before\n.\n..after'],
    ['a very long line', `${'word '.repeat(400)}end`],
    ['a very long word', 'x'.repeat(3000)],
  ])('keeps %s as it is', async (_, words) => {
    const { smtp, service } = await local();
    const line = words.replaceAll('\n', ' ').slice(0, 250).trim();
    await service.send(mail({ subject: line, text: words, html: `<pre>${words}</pre>` }));
    const got = await smtp.latest();
    expect([got.subject, got.text, got.html]).toEqual([line, words, `<pre>${words}</pre>`]);
    expect(smtp.raw[0]?.split('\r\n').every((each) => each.length <= 998)).toBe(true);
  });

  it('keeps any words, whatever they are made of', async () => {
    const { smtp, service } = await local();
    // Mail programs may trim lines and fold blanks, and no mail can hold control characters.
    const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }).map((text) => {
      const visible = text.replace(/[\p{Cc}\p{Cs}\p{Z}]+/gu, ' ').trim();
      return visible || 'x';
    });
    await fc.assert(
      fc.asyncProperty(words, async (text) => {
        await service.send(mail({ subject: text, text }));
        const got = await smtp.latest();
        expect([got.subject, got.text]).toEqual([text, text]);
      }),
      { numRuns: 60 },
    );
  });

  it('cannot be made to carry another header or another recipient', async () => {
    const { smtp, service } = await local();
    const evil = 'Hello\r\nBcc: evil@attacker.example\r\n\r\nbody';
    await service.send(
      mail({ subject: evil, headers: { 'X-Notification-Type': evil, 'List-Unsubscribe': evil } }),
    );
    const head = smtp.raw[0]?.split('\r\n\r\n')[0] ?? '';
    expect(head).not.toMatch(/^bcc:/im);
    const sending = service.send(mail({ to: { name: '', address: 'a@b.example>\r\nRCPT TO:<c@d.example' } }));
    expect(await kindOf(sending)).toBe('address');
    expect(smtp.raw).toHaveLength(1);
  });

  it('reads no file and no URL, whatever its words look like', async () => {
    const { smtp, service } = await local();
    const html = '<img src="file:///etc/passwd"><img src="/etc/passwd">';
    await service.send(mail({ html, text: 'file:///etc/passwd' }));
    expect((await smtp.latest()).html).toBe(html);
    expect(smtp.raw[0]).not.toContain('root:');
  });
});

describe('the connection', () => {
  it('carries as many mails as are handed to it at once', async () => {
    const { smtp, service } = await local();
    const mails = 1000;
    const html = '<p>₹500 for order ORD20260103A123</p>'.repeat(120);
    let next = 0;
    const send = async () => {
      while (next++ < mails) await service.send(mail({ html, text: 'Confirmed\n'.repeat(20) }));
    };
    await Promise.all(Array.from({ length: 64 }, send));
    expect(smtp.raw).toHaveLength(mails);
  });

  it('that the server ended while idle costs no mail', async () => {
    const { smtp, service } = await scripted({});
    await service.send(mail());
    smtp.hangUp();
    expect(await kindOf(service.send(mail()))).toBe('sent');
    expect([smtp.received, smtp.connections]).toEqual([2, 2]);
  });

  it('stays in use after a refusal', async () => {
    const { smtp, service } = await scripted({ RCPT: '550 5.1.1 No such user' });
    expect(await kindOf(service.send(mail()))).toBe('address');
    smtp.say({});
    expect(await kindOf(service.send(mail()))).toBe('sent');
    expect(smtp.connections).toBe(1);
  });

  it.each<[string, Script, FailureKind]>([
    ['before the greeting', { greeting: 'close' }, 'not_accepted'],
    ['at the greeting, by silence', { greeting: 'silence' }, 'not_accepted'],
    ['at the recipient', { RCPT: 'close' }, 'not_accepted'],
    ['before the mail', { DATA: 'close' }, 'not_accepted'],
    ['after the mail', { end: 'close' }, 'ambiguous'],
    ['after the mail, by silence', { end: 'silence' }, 'ambiguous'],
  ])('that breaks %s is sorted, and nothing is sent twice', async (_, script, kind) => {
    const { smtp, service } = await scripted(script);
    expect(await kindOf(service.send(mail()))).toBe(kind);
    expect(smtp.received).toBe(kind === 'ambiguous' ? 1 : 0);
  });

  it('that breaks after the mail on a connection in use is not tried again either', async () => {
    const { smtp, service } = await scripted({});
    await service.send(mail());
    smtp.say({ end: 'close' });
    expect(await kindOf(service.send(mail()))).toBe('ambiguous');
    expect(smtp.received).toBe(2);
  });

  it('that others wait for too long lets them go unsent, well within the lease of a delivery', async () => {
    const { smtp, service } = await scripted({ EHLO: 'silence' });
    const kinds = await Promise.all(Array.from({ length: 8 }, () => kindOf(service.send(mail()))));
    expect(kinds).toEqual(Array(8).fill('not_accepted'));
    expect(smtp.connections).toBeLessThanOrEqual(3);
  });

  it('that is refused is surely no mail sent', async () => {
    const { smtp, service } = await scripted({});
    await smtp.stop();
    expect(await kindOf(service.send(mail()))).toBe('not_accepted');
  });

  it('that breaks in the midst of a long mail is surely no mail sent', async () => {
    const { smtp, service } = await scripted({ half: 'close' });
    const text = 'A line of a very long mail\n'.repeat(400_000);
    expect(await kindOf(service.send(mail({ text })))).toBe('not_accepted');
    expect(smtp.received).toBe(0);
  });
});

describe('the login', () => {
  const account = (port: number) => ({
    EMAIL_HOST: '127.0.0.1',
    EMAIL_PORT: String(port),
    EMAIL_HOST_USER: 'sender',
    EMAIL_HOST_PASSWORD: 'secret',
    DEFAULT_FROM_EMAIL: 'no-reply@shop.test',
  });

  it('is never made over a connection that is not encrypted, unless told so', async () => {
    const smtp = await ScriptedSmtp.start({ EHLO: '250-local\r\n250 AUTH PLAIN' });
    started.push(smtp);
    expect(await kindOf(serviceFor(account(smtp.port)).send(mail()))).toBe('configuration');
    const plain = serviceFor({ ...account(smtp.port), EMAIL_USE_TLS: 'false' });
    expect(await kindOf(plain.send(mail()))).toBe('sent');
  });

  it('that is refused is a matter of configuration, for a mail and for verify', async () => {
    const smtp = await ScriptedSmtp.start({
      EHLO: '250-local\r\n250 AUTH PLAIN',
      AUTH: '535 5.7.8 Wrong password',
    });
    started.push(smtp);
    const service = serviceFor({ ...account(smtp.port), EMAIL_USE_TLS: 'false' });
    expect(await kindOf(service.send(mail()))).toBe('configuration');
    expect(await kindOf(service.verify())).toBe('configuration');
    smtp.say({});
    expect(await kindOf(service.verify())).toBe('sent');
  });
});

describe('without a server', () => {
  it('says that it is off and how to switch it on, and sends nothing', async () => {
    const service = serviceFor({});
    expect(service.mode()).toEqual({
      mode: 'off',
      detail: 'set EMAIL_HOST and DEFAULT_FROM_EMAIL to send e-mail',
    });
    expect(await kindOf(service.send(mail()))).toBe('configuration');
  });
});
