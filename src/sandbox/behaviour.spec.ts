import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Behaviour, NOTHING_WRONG } from './behaviour.js';
import { Sandbox } from './sandbox.js';

const ACCOUNT = { accountSid: `AC${'1'.repeat(32)}`, authToken: 'secret-of-the-sandbox' };
const ASHA = '+919876543210';

describe('a plan of faults', () => {
  const texts = Array.from({ length: 4000 }, (_, index) => `text ${index}`);
  const drawn = (seed: string) => {
    const behaviour = new Behaviour();
    behaviour.set({ ...NOTHING_WRONG, seed, texts: { error_before: 0.1, limit: 0.05 } });
    return { behaviour, faults: texts.map((text) => behaviour.at('texts', text)) };
  };

  it('hits the share of messages that it names, and tells how many', () => {
    const { behaviour } = drawn('a');
    expect((behaviour.done['texts.error_before'] ?? 0) / texts.length).toBeCloseTo(0.1, 1);
    expect((behaviour.done['texts.limit'] ?? 0) / texts.length).toBeCloseTo(0.05, 1);
  });

  it('hits the same messages again with the same seed, and others with another', () => {
    expect(drawn('a').faults).toEqual(drawn('a').faults);
    expect(drawn('a').faults).not.toEqual(drawn('b').faults);
  });

  it('leaves a message alone that was hit often enough', () => {
    const behaviour = new Behaviour();
    behaviour.set({ ...NOTHING_WRONG, most: 2, mails: { refused: 1 } });
    const faults = [1, 2, 3].map(() => behaviour.at('mails', 'a mail'));
    expect(faults).toEqual(['refused', 'refused', undefined]);
  });
});

describe('a sandbox that misbehaves', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await Sandbox.start({ ...ACCOUNT, timing: { queued: 1, sent: 5, delivered: 5, priced: 1 } });
  });
  afterEach(async () => {
    await behave('DELETE');
    sandbox.clear();
  });
  afterAll(() => sandbox.stop());

  const behave = (method: 'GET' | 'PUT' | 'DELETE', plan?: object) =>
    fetch(`${sandbox.url}/api/dev/behaviour`, { method, ...(plan && { body: JSON.stringify(plan) }) });
  const send = ({ signal, callback }: { signal?: AbortSignal; callback?: string } = {}) =>
    fetch(`${sandbox.url}/2010-04-01/Accounts/${ACCOUNT.accountSid}/Messages.json`, {
      method: 'POST',
      ...(signal && { signal }),
      headers: { authorization: `Basic ${btoa(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`)}` },
      body: new URLSearchParams({
        To: ASHA,
        From: '+15005550006',
        Body: 'Hello',
        StatusCallback: callback ?? '',
      }),
    });
  const arrived = async () => (await sandbox.messages()).length;

  it.each([
    ['error_before', 503, 0],
    ['error_after', 503, 1],
    ['limit', 429, 0],
  ])('answers %s with %i, and has taken %i texts', async (fault, status, taken) => {
    await behave('PUT', { texts: { [fault]: 1 }, retry_after: 7 });
    const answer = await send();
    expect(answer.status).toBe(status);
    expect(answer.headers.get('retry-after')).toBe(status === 429 ? '7' : null);
    expect(await arrived()).toBe(taken);
  });

  it.each([
    ['reset_before', 0],
    ['reset_after', 1],
    ['hang_before', 0],
    ['hang_after', 1],
  ])('%s: no answer, and %i texts taken', async (fault, taken) => {
    await behave('PUT', { texts: { [fault]: 1 } });
    await expect(send({ signal: AbortSignal.timeout(500) })).rejects.toThrow();
    expect(await arrived()).toBe(taken);
  });

  it('refuses the account as long as it is told to', async () => {
    await behave('PUT', { unauthorized: true });
    const answer = await send();
    expect([answer.status, await answer.json()]).toMatchObject([401, { code: 20003 }]);
    expect(await (await behave('GET')).json()).toMatchObject({ done: { unauthorized: 1 } });
    await behave('DELETE');
    expect((await send()).status).toBe(201);
  });

  it.each([
    ['refused', '451', 0],
    ['break_before', '', 0],
    ['break_after', '', 1],
  ])('a mail that is hit by %s is answered with "%s", and %i are kept', async (fault, answer, kept) => {
    await behave('PUT', { mails: { [fault]: 1 } });
    expect((await lastAnswerTo(sandbox.smtpUrl)).slice(0, 3)).toBe(answer);
    expect(await arrived()).toBe(kept);
  });

  it.each([
    ['lost', []],
    ['doubled', ['queued', 'queued', 'sent', 'sent', 'delivered', 'delivered']],
    ['reversed', ['delivered', 'sent', 'queued']],
    ['late', ['queued', 'sent', 'delivered']],
    ['early', ['queued', 'sent', 'delivered', 'answer']],
  ])('callbacks that are %s come as %j', async (fault, told) => {
    const heard: string[] = [];
    const ear = createServer((request, response) => {
      request.on('data', (form: Buffer) =>
        heard.push(new URLSearchParams(form.toString()).get('MessageStatus') ?? ''),
      );
      request.on('end', () => response.writeHead(204).end());
    }).listen(0, '127.0.0.1');
    await once(ear, 'listening');
    await behave('PUT', { callbacks: { [fault]: 1 }, late_ms: 300 });
    await send({ callback: `http://127.0.0.1:${(ear.address() as AddressInfo).port}/` });
    if (fault === 'early') heard.push('answer');
    await vi.waitUntil(async () => (await sandbox.messages({ channel: 'sms' }))[0]?.status === 'delivered');
    await vi.waitUntil(() => heard.length >= told.length);
    expect(fault === 'doubled' ? heard.sort(byRank) : heard).toEqual(told);
    ear.close();
  });

  it('fails the next texts with the error that was ordered, and then no more', async () => {
    await behave('PUT', { fail_next: { count: 2, code: 30003 } });
    for (let text = 0; text < 3; text++) expect((await send()).status).toBe(201);
    await vi.waitUntil(async () =>
      (await sandbox.messages({ channel: 'sms' })).every(({ status }) => status.endsWith('delivered')),
    );

    const ends = (await sandbox.messages({ channel: 'sms' })).map((text) => text.error_code);
    expect(ends.filter((code) => code === 30003)).toHaveLength(2);
    expect(ends.filter((code) => code === null)).toHaveLength(1);
    expect(await (await behave('GET')).json()).toMatchObject({
      fail_next: null,
      done: { 'fail_next.30003': 2 },
    });
  });

  it('refuses the next texts at the API, where that is the error', async () => {
    await behave('PUT', { fail_next: { count: 2, code: 21611 } });
    const refused = await send();

    expect(await refused.json()).toMatchObject({ code: 21611, status: 429 });
    expect(await (await behave('GET')).json()).toMatchObject({ fail_next: { count: 1, code: 21611 } });
  });

  it('delivers later when it is told to', async () => {
    await behave('PUT', { delay_ms: 60_000 });
    await send();
    await vi.waitUntil(async () => (await sandbox.messages({ channel: 'sms' }))[0]?.status === 'sent');
  });

  it('knows by which errors a text can fail', async () => {
    const codes = (await (await fetch(`${sandbox.url}/api/dev/behaviour/codes`)).json()) as object[];

    expect(codes).toContainEqual({
      code: 30005,
      message: 'Unknown destination handset',
      outcome: 'undelivered',
    });
    expect(codes).toContainEqual({
      code: 21610,
      message: 'Attempt to send to unsubscribed recipient',
      outcome: 'refused',
    });
  });

  it.each([
    [{ fail_next: { count: 2 } }, 'like {"count": 3, "code": 30003}'],
    [{ fail_next: { count: 2, code: 12345 } }, 'needs a code'],
    [{ fail_next: { count: -1, code: 30003 } }, 'must be a whole number'],
    [{ opt_outs: 'yes' }, 'must be true or false'],
    [{ delay_ms: 1e9 }, 'must be a whole number'],
    [{ texts: { eror_before: 0.1 } }, 'Did you mean "error_before"?'],
    [{ callbacks: { lost: 2 } }, 'needs a share from 0 to 1 for lost'],
    [{ mails: { refused: 0.6, break_after: 0.6 } }, 'more than 1 together'],
    [{ text: {} }, 'Did you mean "texts"?'],
    [{ late_ms: 'soon' }, 'must be a whole number'],
    [{ unauthorized: 'yes' }, 'must be true or false'],
  ])('refuses the plan %j and says what is wrong', async (plan, says) => {
    const answer = await behave('PUT', plan);
    expect(answer.status).toBe(422);
    expect(((await answer.json()) as { detail: string }).detail).toContain(says);
  });
});

const RANKS = ['queued', 'sent', 'delivered'];
const byRank = (a: string, b: string) => RANKS.indexOf(a) - RANKS.indexOf(b);

/** What the server says after the final dot; '' when it hangs up instead. */
async function lastAnswerTo(url: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const lines = ['EHLO test', 'MAIL FROM:<a@example.com>', 'RCPT TO:<asha@example.com>', 'DATA'];
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    const said = chunk.toString();
    if (!/^\d{3} /m.test(said)) return;
    const next = lines.shift();
    if (next !== undefined) socket.write(`${next}\r\n`);
    else if (said.startsWith('354')) socket.write('Subject: Hello\r\n\r\nHello\r\n.\r\n');
    else {
      answer = said;
      socket.end();
    }
  });
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('close', resolve));
  return answer;
}
