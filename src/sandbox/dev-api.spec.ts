import { createTransport, type Transporter } from 'nodemailer';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, FAST, SENDER, sdkFor } from '../../test/support/sandbox-sdk.js';
import { Sandbox } from './sandbox.js';

let sandbox: Sandbox;
let transport: Transporter;

beforeAll(async () => {
  sandbox = await Sandbox.start({ ...ACCOUNT, timing: FAST });
  transport = createTransport(sandbox.smtpUrl);
});
afterEach(() => sandbox.clear());
afterAll(async () => {
  transport.close();
  await sandbox.stop();
});

const sendText = (to = '+919876543210', body = 'Hello') =>
  sdkFor(sandbox).messages.create({ to, from: SENDER, body });
const sendMail = (more: object = {}) =>
  transport.sendMail({
    from: 'a@example.com',
    to: 'asha@example.com',
    subject: 'Hello',
    text: 'Hi',
    ...more,
  });
const get = (path: string, init?: RequestInit) => fetch(`${sandbox.url}/api/dev${path}`, init);
const list = async (query = '') =>
  (await (await get(`/messages${query}`)).json()) as Record<string, unknown>[];

describe('GET /api/dev/messages', () => {
  it('gives a plain list, newest first, of both channels', async () => {
    await sendText();
    await sendMail();
    await sendText('+919812345678', 'Bye');

    expect(await list()).toMatchObject([
      {
        channel: 'sms',
        to: '+919812345678',
        from: SENDER,
        text: 'Bye',
        body: 'Bye',
        segments: 1,
        encoding: 'GSM-7',
      },
      { channel: 'email', to: 'asha@example.com', subject: 'Hello', text: 'Hi\n', html: null },
      {
        channel: 'sms',
        to: '+919876543210',
        text: 'Hello',
        received_at: expect.stringMatching(/Z$/) as string,
      },
    ]);
  });

  it('filters by channel, recipient and time, and limits', async () => {
    await sendText();
    await sendMail();
    const [mail] = await list('?channel=email');

    expect(mail).toMatchObject({ channel: 'email' });
    expect(await list('?to=%2B919876543210')).toHaveLength(1);
    expect(await list('?to=+919876543210')).toHaveLength(1);
    expect(await list('?to=ASHA@example.com')).toHaveLength(1);
    expect(await list('?limit=1')).toHaveLength(1);
    expect(await list(`?since=${new Date(Date.now() - 60_000).toISOString()}`)).toHaveLength(2);
    expect(await list(`?since=${new Date(Date.now() + 60_000).toISOString()}`)).toHaveLength(0);
  });

  it('waits for a message that is not there yet', async () => {
    const waiting = list('?channel=email&to=asha@example.com&wait=10s');
    await sendText();
    await sendMail({ to: 'ravi@example.com' });
    await sendMail();

    expect(await waiting).toMatchObject([{ to: 'asha@example.com' }]);
  });

  it('waits for what a message says, in any case, and in the HTML, too', async () => {
    const text = list('?contains=ORD42&wait=10s');
    const mail = list('?contains=ord42&channel=email&wait=10s');
    await sendText();
    await sendText('+919876543210', 'Order ord42 is ready');
    await sendMail({ html: '<p>Order <b>ORD42</b></p>' });

    expect(await text).toMatchObject([{ text: 'Order ord42 is ready' }]);
    expect(await mail).toMatchObject([{ html: expect.stringContaining('ORD42') as string }]);
    expect(await list('?contains=ord43')).toEqual([]);
  });

  it('knows the notification of a mail by its header', async () => {
    await sendMail({ headers: { 'X-Notification-Type': 'welcome' } });
    await sendMail();

    expect(await list('?type=welcome')).toMatchObject([{ type: 'welcome' }]);
  });

  it('answers at once when there is one already', async () => {
    await sendText();
    const begin = performance.now();

    expect(await list('?channel=sms&wait=30s')).toHaveLength(1);
    expect(performance.now() - begin).toBeLessThan(5_000);
  });

  it('gives an empty list when the time is over', async () => {
    expect(await list('?to=%2B919876543210&wait=50ms')).toEqual([]);
  });

  it('gives the page a summary without the parts of a mail', async () => {
    await sendMail({ html: '<p>Hi</p>', text: 'Hi,\n  Asha.' });
    const [mail] = await list('?summary=true');

    expect(mail).toMatchObject({ subject: 'Hello', preview: 'Hi, Asha.' });
    expect(mail).not.toHaveProperty('html');
  });

  it.each([
    ['?wait=soon', 'wait', 'field.invalid'],
    ['?wait=61s', 'wait', 'field.invalid'],
    ['?wait=-1s', 'wait', 'field.invalid'],
    ['?limit=0', 'limit', 'field.invalid'],
    ['?limit=1e9', 'limit', 'field.invalid'],
    ['?channel=mail', 'channel', 'field.invalid'],
    ['?since=yesterday', 'since', 'field.invalid'],
    ['?direction=in', 'direction', 'field.invalid'],
    ['?type=a%20b', 'type', 'field.invalid'],
    ['?type=welcome&channel=sms', 'type', 'field.invalid'],
    ['?summary=yes', 'summary', 'field.invalid'],
    ['?to=a&to=b', 'to', 'field.repeated'],
    ['?chanel=sms', 'chanel', 'field.unknown'],
    ['?__proto__=1', '__proto__', 'field.unknown'],
  ])('refuses %s and names the parameter', async (query, name, code) => {
    const answer = await get(`/messages${query}`);
    const problem = (await answer.json()) as { detail: string };

    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(problem).toMatchObject({ code: 'query.invalid', errors: [{ pointer: `/${name}`, code }] });
    expect(problem.detail).toContain(name);
  });

  it('says which known parameter was meant', async () => {
    expect(await (await get('/messages?chanel=sms')).json()).toMatchObject({
      detail: 'chanel is not known here. Did you mean "channel"?',
    });
  });
});

describe('one message', () => {
  it('by its id', async () => {
    const { sid } = await sendText();

    expect(await (await get(`/messages/${sid}`)).json()).toMatchObject({ id: sid, channel: 'sms' });
  });

  it('as it came, byte for byte', async () => {
    await sendMail({ subject: '₹500', html: '<p>₹500</p>' });
    const [mail] = await sandbox.messages();
    const source = await (await get(`/messages/${mail?.id ?? ''}/raw`)).text();

    expect(source).toContain('Subject: =?UTF-8?');
    expect(source).toContain('Content-Type: multipart/alternative');
  });

  it('shows the HTML of a mail where no script can run', async () => {
    await sendMail({ html: '<h1>Hi</h1><script>alert(1)</script>' });
    const [mail] = await sandbox.messages();
    const answer = await get(`/messages/${mail?.id ?? ''}/html`);
    const policy = answer.headers.get('content-security-policy') ?? '';

    expect(await answer.text()).toContain('<h1>Hi</h1>');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/(^|;)\s*sandbox(?![^;]*(allow-scripts|allow-same-origin))/);
    expect(policy).not.toContain('script-src');
  });

  it('is shown as on a machine that is set to dark, or to light', async () => {
    const style = '<style>@media (prefers-color-scheme: dark) { p { color: white } }</style>';
    await sendMail({ html: `${style}<meta name="color-scheme" content="light dark"><p>Hi</p>` });
    const [mail] = await sandbox.messages();
    const html = async (query: string) => (await get(`/messages/${mail?.id ?? ''}/html${query}`)).text();

    expect(await html('?scheme=dark')).toMatch(/@media \(min-width: 0\).*content="dark"/);
    expect(await html('?scheme=light')).toMatch(/@media \(max-width: 0\).*content="light"/);
    expect(await html('')).toContain('prefers-color-scheme: dark');
    expect(await html('?scheme=dim')).toContain('must be light or dark');
  });

  it.each(['', '/raw', '/html'])('that is not there is 404, at %s', async (rest) => {
    const answer = await get(`/messages/SM0${rest}`);

    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'message.not-found' });
  });

  it('comes in the pieces that it is sent in, with what makes it long', async () => {
    const body = `${'₹500 '.repeat(20)}today`;
    const { sid } = await sendText('+919876543210', body);
    const text = (await (await get(`/messages/${sid}`)).json()) as { parts: string[] };

    expect(text).toMatchObject({ segments: 2, encoding: 'UCS-2', not_gsm: ['₹'] });
    expect(text.parts).toHaveLength(2);
    expect(text.parts.join('')).toBe(body);
  });

  it('has its links, and what people will not like in it', async () => {
    const html =
      '<p><a href="http://shop.example/?a=1&amp;b=2">Your <b>order</b></a><img src="https://a.example/x.png"></p>';
    await sendMail({ html, text: '' });
    const [mail] = await list('?channel=email');

    expect(mail?.['links']).toEqual([{ href: 'http://shop.example/?a=1&b=2', text: 'Your order' }]);
    expect((mail?.['warnings'] as { code: string }[]).map(({ code }) => code)).toEqual([
      'no-unsubscribe',
      'no-text',
      'image-without-alt',
      'insecure-link',
    ]);
  });

  it('says when Gmail would cut it off', async () => {
    const headers = { 'List-Unsubscribe': '<https://shop.example/u/1>' };
    await sendMail({ headers, html: `<p>${'long '.repeat(21_000)}</p>` });

    expect(await list('?channel=email')).toMatchObject([{ warnings: [{ code: 'clipped' }] }]);
  });

  it('has no HTML when it is a text', async () => {
    const { sid } = await sendText();

    expect((await get(`/messages/${sid}/html`)).status).toBe(404);
  });
});

describe('DELETE /api/dev/messages', () => {
  it('removes everything', async () => {
    await sendText();
    await sendMail();

    expect((await get('/messages', { method: 'DELETE' })).status).toBe(204);
    expect(await list()).toEqual([]);
  });

  it('removes what a filter names', async () => {
    await sendText();
    await sendMail();
    await get('/messages?channel=sms', { method: 'DELETE' });

    expect(await list()).toMatchObject([{ channel: 'email' }]);
  });

  it('does not take a mistyped filter for none', async () => {
    await sendText();

    expect((await get('/messages?chanel=email', { method: 'DELETE' })).status).toBe(400);
    expect(await list()).toHaveLength(1);
  });
});

describe('GET /api/dev/events', () => {
  /** Reads the stream until the text that is looked for has come. */
  const readUntil = async (reader: ReadableStreamDefaultReader<Uint8Array>, wanted: RegExp) => {
    let text = '';
    while (!wanted.test(text)) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`The stream ended with: ${text}`);
      text += new TextDecoder().decode(value);
    }
    return text;
  };

  it('tells of each message, of its changes, and when all is removed', async () => {
    const answer = await get('/events');
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();

    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    await sendText();
    await readUntil(reader, /event: messages\ndata: \[.*"status":"delivered".*"price":"-0.08320"/);
    await sendMail({ subject: 'Live' });
    await readUntil(reader, /event: messages\ndata: \[.*"subject":"Live".*\n\n/);
    sandbox.behaviour.set({ ...sandbox.behaviour.plan, delayMs: 1 });
    await readUntil(reader, /event: behaviour/);
    sandbox.clear();
    await readUntil(reader, /event: reload/);
    await reader.cancel();
  });
});
