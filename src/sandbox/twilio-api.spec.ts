import type twilio from 'twilio';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Sandbox } from './sandbox.js';
import { ACCOUNT, FAST, SENDER, sdkFor } from '../../test/support/sandbox-sdk.js';

const ASHA = '+919876543210';

let sandbox: Sandbox;
let client: twilio.Twilio;

beforeAll(async () => {
  sandbox = await Sandbox.start({ ...ACCOUNT, timing: FAST });
  client = sdkFor(sandbox);
});
afterEach(() => {
  sandbox.clear();
  delete sandbox.behaviour.refuse;
});
afterAll(() => sandbox.stop());

const send = (more: object = {}) =>
  client.messages.create({ to: ASHA, from: SENDER, body: 'Your order is ready', ...more });

const untilPriced = (to = ASHA) =>
  new Promise<void>((resolve) => {
    const unlisten = sandbox.listen(({ kind, ...event }) => {
      if (kind !== 'changed' || !('message' in event) || event.message.channel !== 'sms') return;
      if (event.message.to !== to || event.message.price === null) return;
      unlisten();
      resolve();
    });
  });

describe('creating a message with the SDK', () => {
  it('answers with the message resource as Twilio does', async () => {
    const message = await send();

    expect(message).toMatchObject({
      accountSid: ACCOUNT.accountSid,
      apiVersion: '2010-04-01',
      body: 'Your order is ready',
      dateSent: null,
      direction: 'outbound-api',
      errorCode: null,
      errorMessage: null,
      from: SENDER,
      messagingServiceSid: null,
      numMedia: '0',
      numSegments: '1',
      price: null,
      priceUnit: 'USD',
      status: 'queued',
      to: ASHA,
    });
    expect(message.sid).toMatch(/^SM[0-9a-f]{32}$/);
    expect(message.dateCreated.getTime()).toBeGreaterThan(Date.now() - 5_000);
    expect(message.uri).toBe(`/2010-04-01/Accounts/${ACCOUNT.accountSid}/Messages/${message.sid}.json`);
  });

  it('lets the message live to its end and shows the price then', async () => {
    const priced = untilPriced();
    const { sid } = await send({ body: 'आपका ऑर्डर तैयार है' });
    await priced;

    const message = await client.messages(sid).fetch();

    expect(message).toMatchObject({ status: 'delivered', price: '-0.08320', numSegments: '1' });
    expect(message.dateSent).toBeInstanceOf(Date);
  });

  it('multiplies the price by the segments', async () => {
    const priced = untilPriced();
    const { sid, numSegments } = await send({ body: 'a'.repeat(161) });
    await priced;

    expect(numSegments).toBe('2');
    expect((await client.messages(sid).fetch()).price).toBe('-0.16640');
  });

  it('accepts for a messaging service first and names its sender later', async () => {
    const priced = untilPriced();
    const accepted = await client.messages.create({
      to: ASHA,
      messagingServiceSid: `MG${'a'.repeat(32)}`,
      body: 'Hello',
    });
    await priced;

    expect(accepted).toMatchObject({ status: 'accepted', numSegments: '0' });
    expect(accepted.from).toBeNull();
    expect(await client.messages(accepted.sid).fetch()).toMatchObject({ from: SENDER, numSegments: '1' });
  });

  it('keeps every character of the text', async () => {
    const text = 'Ram & Sons +50% = ₹500 "ok"; 100% 🧺\nनमस्ते';
    const { sid } = await send({ body: text });

    expect((await client.messages(sid).fetch()).body).toBe(text);
  });
});

describe('what the API refuses', () => {
  const refused: [string, object, number, number][] = [
    ['an invalid recipient', { to: '+15005550001' }, 21211, 400],
    ['a recipient that cannot be routed to', { to: '+15005550002' }, 21612, 400],
    ['a country without permission', { to: '+15005550003' }, 21408, 400],
    ['a recipient that has said stop', { to: '+15005550004' }, 21610, 400],
    ['a recipient that is no mobile phone', { to: '+15005550009' }, 21614, 400],
    ['an invalid sender', { from: '+15005550001' }, 21212, 400],
    ["somebody else's sender", { from: '+15005550007' }, 21606, 400],
    ['a sender whose queue is full', { from: '+15005550008' }, 21611, 429],
    ['a recipient that is no number', { to: '12345' }, 21211, 400],
    ['a number with a digit too few', { to: '+91987654321' }, 21211, 400],
    ['a sender that is no sender', { from: '!' }, 21212, 400],
    ['a text to oneself', { to: '+14155552671', from: '+14155552671' }, 21266, 400],
    ['no body', { body: '' }, 21602, 400],
    ['no sender', { from: '' }, 21603, 400],
    ['no recipient', { to: '' }, 21604, 400],
    ['a body of 1,601 characters', { body: 'a'.repeat(1_601) }, 21617, 400],
    ['a callback that is no URL', { statusCallback: 'ftp://example.com' }, 21609, 400],
    ['a callback that is half a URL', { statusCallback: 'http://' }, 21609, 400],
    ['an unknown messaging service', { from: '', messagingServiceSid: 'MGx' }, 21701, 400],
    ['an Indian test number: stop', { to: '+919000021610' }, 21610, 400],
    ['an Indian test number: too many requests', { to: '+919000020429' }, 20429, 429],
    ['an Indian test number: trouble inside', { to: '+919000020500' }, 20500, 500],
    ['an Indian test number: wrong account', { to: '+919000020003' }, 20003, 401],
  ];

  it.each(refused)('%s', async (_what, change, code, status) => {
    await expect(send(change)).rejects.toMatchObject({
      code,
      status,
      moreInfo: `https://www.twilio.com/docs/errors/${code}`,
    });
    expect(await sandbox.messages()).toEqual([]);
  });

  it('names the number in the sentence', async () => {
    await expect(send({ to: '+919000021614' })).rejects.toThrow(
      "'To' number: +919000021614, is not a mobile number",
    );
  });

  it('a wrong token, with 401 and 20003', async () => {
    const stranger = sdkFor(sandbox, { ...ACCOUNT, authToken: 'wrong' });

    await expect(stranger.messages.list()).rejects.toMatchObject({ status: 401, code: 20003 });
  });

  it("another account's folder, with 404 and 20404", async () => {
    const other = client.api.v2010.accounts(`AC${'f'.repeat(32)}`);

    await expect(other.messages.list()).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  it('a message that is not there, with 404 and 20404', async () => {
    await expect(client.messages(`SM${'0'.repeat(32)}`).fetch()).rejects.toMatchObject({
      status: 404,
      code: 20404,
    });
  });

  it('what a test of faults tells it to', async () => {
    sandbox.behaviour.refuse = ({ text }) => (text.includes('cursed') ? 20503 : undefined);

    await expect(send({ body: 'a cursed text' })).rejects.toMatchObject({ status: 503, code: 20503 });
    await expect(send()).resolves.toMatchObject({ status: 'queued' });
  });

  it('says with 429 when to come again', async () => {
    const answer = await fetch(`${sandbox.url}/2010-04-01/Accounts/${ACCOUNT.accountSid}/Messages.json`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`)}` },
      body: new URLSearchParams({ To: '+919000020429', From: SENDER, Body: 'Hello' }),
    });

    expect(answer.headers.get('retry-after')).toBe('1');
  });
});

describe('numbers whose texts end badly', () => {
  it.each([
    ['+919000030003', 'undelivered', 30003, '-0.08320'],
    ['+919000030005', 'undelivered', 30005, '-0.08320'],
    ['+919000030006', 'undelivered', 30006, '-0.08320'],
    ['+919000030007', 'undelivered', 30007, '-0.08320'],
  ] as const)('%s is %s with %i', async (to, status, code, price) => {
    const priced = untilPriced(to);
    const { sid } = await send({ to });
    await priced;

    const message = await client.messages(sid).fetch();

    expect(message).toMatchObject({ status, errorCode: code, price });
    expect(message.errorMessage).toBeTruthy();
  });

  it('a text that never left costs nothing', async () => {
    const ended = new Promise<void>((resolve) => {
      sandbox.listen((event) => {
        if (event.kind === 'changed' && 'status' in event.message && event.message.status === 'failed')
          resolve();
      });
    });
    const { sid } = await send({ to: '+919000030001' });
    await ended;

    const message = await client.messages(sid).fetch();

    expect(message).toMatchObject({ status: 'failed', errorCode: 30001, price: null });
    expect(message.dateSent).toBeNull();
  });
});
