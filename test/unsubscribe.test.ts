import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApp } from './support/app.js';
import { Visitor } from './support/visitor.js';

/** Small, so that a test may reach it; no other test makes as many calls for one person. */
const LIMIT = 40;

let service: TestApp;
let asha: Visitor;

beforeAll(async () => {
  service = await TestApp.start({
    USER_RATE_LIMIT_PER_MINUTE: String(LIMIT),
    AUTH_FAILURES_PER_MINUTE: String(LIMIT),
  });
});
afterAll(() => service.stop());
beforeEach(async () => {
  asha = await Visitor.to(service);
});

describe('the way out', () => {
  const isOn = async () => {
    const { matrix } = await asha.preferences();
    const on = Object.entries(matrix).flatMap(([category, cells]) =>
      Object.entries(cells).flatMap(([channel, wanted]) =>
        wanted && channel !== 'realtime' ? [`${category}.${channel}`] : [],
      ),
    );
    return on.sort();
  };
  const ESSENTIAL = ['account', 'payment', 'refund'].flatMap((one) => [`${one}.email`, `${one}.push`]);
  const OF_ANOTHER_CHANNEL = ['general.push', 'order.push', 'partner.push'];
  const undoIn = (html: string) => /name="undo" value="([^"]*)"/.exec(html)?.[1] ?? '';

  it('ends all of its channel that people can do without, and takes back just that', async () => {
    await asha.post(asha.page, { part: 'choices', had: ['partner.email'], on: ['order.sms'] });
    const before = await isOn();
    const html = (await asha.post(asha.way(), { want: 'no', scope: 'channel' })).body;
    expect(html).toContain('anything by <b>E-mail</b> that you can do without');
    expect(await isOn()).toEqual([...ESSENTIAL, ...OF_ANOTHER_CHANNEL, 'order.sms'].sort());
    const { history } = await asha.ledger();
    expect(history.at(-1)).toMatchObject({ source: 'link', ip: '127.0.0.1', detail: { scope: 'channel' } });
    await asha.post(asha.way(), { want: 'yes', scope: 'channel', undo: undoIn(html) });
    expect(await isOn()).toEqual(before);
  });

  it('ends everything that people can do without, wherever it comes', async () => {
    await asha.post(asha.page, { part: 'choices', on: ['order.sms', 'payment.sms'] });
    await asha.post(asha.way(), { want: 'no', scope: 'everything' });
    expect(await isOn()).toEqual([...ESSENTIAL, 'payment.sms'].sort());
  });

  it('opens nothing else, whatever it is asked for', async () => {
    const html = (await asha.post(asha.way('general', 'email'), { want: 'no', scope: 'channel' })).body;
    const left = await isOn();
    const forged = [
      undoIn(html),
      `${undoIn(html)}x`,
      asha.signed('undo', [asha.id, 'order', 'email', 1, [['order', 'sms']]]),
      asha.signed('undo', ['somebody', 'order', 'email', 4_000_000_000, [['order', 'sms']]]),
      asha.signed('unsubscribe', [asha.id, 'order', 'sms']),
    ];
    for (const undo of forged) await asha.post(asha.way(), { want: 'yes', scope: 'everything', undo });
    expect(await isOn()).toEqual([...left, 'order.email'].sort());
  });

  it('offers no undo where nothing was ended, as after a second click', async () => {
    const first = (await asha.post(asha.way(), { want: 'no', scope: 'everything' })).body;
    const again = (await asha.post(asha.way(), { want: 'no', scope: 'everything' })).body;
    expect([undoIn(first) !== '', again.includes('>Undo<')]).toEqual([true, false]);
    const back = (await asha.post(asha.way(), { want: 'yes', scope: 'everything' })).body;
    expect(back).toContain('You will get <b>Order updates</b> by <b>E-mail</b> again.');
    expect(await isOn()).toEqual([...ESSENTIAL, 'order.email'].sort());
  });

  it('brings back nothing that was ended elsewhere', async () => {
    await asha.post(asha.page, { part: 'choices', had: ['order.email'] });
    const { body } = await asha.get(asha.way());
    expect(body).toContain('was not chosen by a link like this one');
    expect(body).not.toContain('<form');
    expect((await asha.post(asha.way(), { want: 'yes' })).status).toBe(409);
    expect((await asha.preferences()).matrix['order']).toMatchObject({ email: false });
    expect((await asha.get(asha.way('order', 'sms'))).body).not.toContain('<form');
  });

  it('comes back with the words of consent, which are kept', async () => {
    await asha.post(asha.page, { part: 'choices', on: ['order.sms'] });
    const way = asha.way('order', 'sms');
    await asha.post(way, { want: 'no' });
    const { body } = await asha.get(way);
    const agreement = /<p>(By turning on SMS you agree[^<]*)<\/p>/.exec(body)?.[1] ?? 'no words';
    await asha.post(way, { want: 'yes' });
    const { history } = await asha.ledger();
    expect(history.slice(1)).toMatchObject([
      { wanted: false, wording: 'Only Order updates by SMS' },
      { wanted: true, source: 'link', wording: expect.stringContaining(agreement) as string },
    ]);
    await asha.post(way, { 'List-Unsubscribe': 'One-Click' });
    expect((await asha.ledger()).history.at(-1)).toMatchObject({ wanted: false, wording: null });
  });

  it('says where nothing will come although it is on again', async () => {
    const number = '+919876543299';
    await asha.known({ phone: number });
    await asha.post(asha.page, { part: 'choices', on: ['order.sms'] });
    await asha.post(asha.way('order', 'sms'), { want: 'no' });
    await service.call('POST', '/api/suppressions', {
      body: { channel: 'sms', address: number, reason: 'stopped' },
    });
    const back = await asha.post(asha.way('order', 'sms'), { want: 'yes' });
    for (const { body } of [back, await asha.get(asha.page)]) {
      expect(body).toContain('Reply START to a message from us');
    }
    await service.call('POST', '/api/suppressions', { body: { channel: 'sms', address: number } });
    expect((await asha.get(asha.page)).body).toContain('Somebody of our staff has closed SMS for you');
  });

  it('is taken with one click without a word about the rest', async () => {
    const answer = await asha.post(asha.way(), { 'List-Unsubscribe': 'One-Click' });
    expect(answer.status).toBe(200);
    const { history } = await asha.ledger();
    expect(history).toMatchObject([
      { category: 'order', channel: 'email', wanted: false, detail: { one_click: true, scope: 'kind' } },
    ]);
  });
});

// The last: who has asked too often is refused for the rest of the minute.
describe('who asks too often', () => {
  async function refused(path: string) {
    for (let calls = 0; calls < 2 * LIMIT + 2; calls += 1) {
      const answer = await asha.get(path);
      if (answer.status === 429) return answer;
    }
    throw new Error(`${path} was never refused.`);
  }

  it('waits, and others with a good link do not', async () => {
    for (const path of [asha.page, '/preferences/guessed']) {
      const { headers, body } = await refused(path);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(body).toContain('One moment, please');
    }
    const ravi = await Visitor.to(service);
    expect((await ravi.get(ravi.page)).status).toBe(200);
    expect((await ravi.post(ravi.way(), { 'List-Unsubscribe': 'One-Click' })).status).toBe(200);
  });
});
