import http from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, FAST, SENDER, sdkFor } from '../../test/support/sandbox-sdk.js';
import { Sandbox } from './sandbox.js';

const ASHA = '+919876543210';

interface Told {
  readonly url: string;
  readonly signature: string;
  readonly form: Record<string, string>;
}

let sandbox: Sandbox;
let webhook: http.Server;
let url: string;
let told: Told[];
let answer: { status: number; type: string; body: string };

beforeAll(async () => {
  webhook = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      told.push({
        url: `http://${request.headers.host ?? ''}${request.url ?? ''}`,
        signature: String(request.headers['x-twilio-signature']),
        form: Object.fromEntries(new URLSearchParams(body)),
      });
      response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/inbound?a=1`;
});
afterAll(() => {
  webhook.closeAllConnections();
  webhook.close();
});
beforeEach(async () => {
  told = [];
  answer = { status: 200, type: 'text/xml', body: '<Response/>' };
  sandbox = await Sandbox.start({ ...ACCOUNT, timing: FAST, smsUrl: url });
});
afterEach(() => sandbox.stop());

const post = (body: unknown) =>
  fetch(`${sandbox.url}/api/dev/messages/reply`, { method: 'POST', body: JSON.stringify(body) });
const reply = async (text: string) => {
  const response = await post({ from: ASHA, text });
  expect(response.status).toBe(201);
  return (await response.json()) as { message: { id: string }; replies: { text: string }[] };
};
const send = (body = 'Your order is ready') =>
  sdkFor(sandbox).messages.create({ to: ASHA, from: SENDER, body });
const withOptOuts = () => sandbox.behaviour.set({ ...sandbox.behaviour.plan, optOuts: true });

describe('a text that comes in', () => {
  it("is told to the number's SMS URL in Twilio's form, signed as Twilio signs", async () => {
    const { message } = await reply('Where is my “kurta”? ₹');

    expect(told).toHaveLength(1);
    const [{ url: called, signature, form } = { url: '', signature: '', form: {} }] = told;
    expect(called).toBe(url);
    expect(twilio.validateRequest(ACCOUNT.authToken, signature, url, form)).toBe(true);
    expect(twilio.validateRequest('another', signature, url, form)).toBe(false);
    expect(form).toMatchObject({
      AccountSid: ACCOUNT.accountSid,
      ApiVersion: '2010-04-01',
      MessageSid: message.id,
      SmsSid: message.id,
      SmsMessageSid: message.id,
      SmsStatus: 'received',
      From: ASHA,
      FromCountry: 'IN',
      To: SENDER,
      ToCountry: 'US',
      Body: 'Where is my “kurta”? ₹',
      NumMedia: '0',
      NumSegments: '1',
    });
    expect(form).not.toHaveProperty('OptOutType');
  });

  it('answers the number that texted last, and is listed beside its texts', async () => {
    await sdkFor(sandbox).messages.create({ to: ASHA, from: '+15005550010', body: 'Hello' });
    await reply('Thanks');

    expect(told[0]?.form).toMatchObject({ To: '+15005550010' });
    expect(await sandbox.messages({ channel: 'sms', direction: 'inbound' })).toMatchObject([
      { to: '+15005550010', from: ASHA, text: 'Thanks', status: 'received', webhook: { url, status: 200 } },
    ]);
    expect(await sdkFor(sandbox).messages.list({ from: ASHA })).toMatchObject([{ direction: 'inbound' }]);
  });

  it('is answered with what the TwiML says, as a text of its own', async () => {
    answer.body = '<Response><Message>You are &quot;off&quot; the list.</Message></Response>';
    const { replies } = await reply('STOP');

    expect(replies).toMatchObject([
      { direction: 'reply', from: SENDER, to: ASHA, text: 'You are "off" the list.' },
    ]);
    expect(await sandbox.wait({ contains: 'off the list'.replace('off', '"off"') })).toHaveLength(1);
  });

  it.each([
    [{ status: 403 }, 11200, 'The webhook answered 403.'],
    [{ body: '<Response>' }, 12100, '<Response> is not closed.'],
    [{ type: 'application/json', body: '{}' }, 12300, 'TwiML is text/xml'],
    [{ body: '<Response><Message></Message></Response>' }, 21602, 'Message body is required.'],
  ])('keeps what went wrong: %j is %i', async (wrong, code, message) => {
    Object.assign(answer, wrong);
    const exchange = await reply('Hello');

    expect(exchange.replies).toEqual([]);
    expect(exchange.message).toMatchObject({
      error_code: code,
      error_message: expect.stringContaining(message) as string,
    });
  });

  it('is kept when nobody listens, and when no URL is set', async () => {
    const client = sdkFor(sandbox);
    const [number] = await client.incomingPhoneNumbers.list();
    await client.incomingPhoneNumbers(number?.sid ?? '').update({ smsUrl: 'http://127.0.0.1:1/' });
    const unheard = await reply('Hello');
    const updated = await client.incomingPhoneNumbers(number?.sid ?? '').update({ smsUrl: '' });
    const untold = await reply('Hello');

    expect(unheard.message).toMatchObject({ error_code: 11200, webhook: { status: null } });
    expect(updated.smsUrl).toBe('');
    expect(untold.message).toMatchObject({ error_code: null, webhook: null });
    expect(told).toEqual([]);
  });

  it.each([
    [{ from: 'Asha', text: 'Hi' }, '/from'],
    [{ from: ASHA, text: ' ' }, '/text'],
    [{ from: ASHA, text: 'Hi', too: SENDER }, '/too'],
    [{ from: ASHA, text: 'Hi', to: 'LAUNDRY' }, '/to'],
    [[], undefined],
  ])('is refused when it cannot be one: %j', async (body, pointer) => {
    const response = await post(body);
    const problem = (await response.json()) as { errors?: { pointer: string }[] };

    expect([400, 422]).toContain(response.status);
    expect(problem.errors?.[0]?.pointer).toBe(pointer);
  });
});

describe('STOP where the carrier takes care of it', () => {
  it('is told with what it means, answered by the carrier, and closes the way until START', async () => {
    withOptOuts();
    answer.body = '<Response><Message>Never seen</Message></Response>';
    const stop = await reply(' stop ');

    expect(told[0]?.form).toMatchObject({ OptOutType: 'STOP' });
    expect(stop.replies.map(({ text }) => text)).toEqual([expect.stringContaining('unsubscribed')]);
    expect(stop.message).toMatchObject({ opt_out: 'STOP', error_code: 21610 });
    await expect(send()).rejects.toMatchObject({ code: 21610 });

    answer.body = '<Response/>';
    expect((await reply('START')).replies).toHaveLength(1);
    await expect(send()).resolves.toMatchObject({ status: 'queued' });
  });

  it('closes one number only, and nothing when the words are cleared or the switch is off', async () => {
    withOptOuts();
    await reply('STOP');
    const other = sdkFor(sandbox).messages.create({ to: ASHA, from: '+15005550010', body: 'Hello' });
    await expect(other).resolves.toMatchObject({ status: 'queued' });
    sandbox.clear();
    await expect(send()).resolves.toMatchObject({ status: 'queued' });
    await reply('STOP');
    sandbox.behaviour.set({ ...sandbox.behaviour.plan, optOuts: false });
    await expect(send()).resolves.toMatchObject({ status: 'queued' });
  });

  it('leaves every other text to the webhook', async () => {
    withOptOuts();

    expect((await reply('Please stop calling')).replies).toEqual([]);
    expect(told[0]?.form).not.toHaveProperty('OptOutType');
  });
});
