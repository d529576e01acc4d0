import http from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Sandbox } from './sandbox.js';
import { ACCOUNT, FAST, SENDER, sdkFor } from '../../test/support/sandbox-sdk.js';

interface Report {
  readonly url: string;
  readonly signature: string;
  readonly fields: Record<string, string>;
}

let sandbox: Sandbox;
let receiver: http.Server;
let reports: Report[];
/** What the receiver answers, one after the other; 204 when there is nothing left. */
let answers: number[];

beforeEach(async () => {
  reports = [];
  answers = [];
  sandbox = await Sandbox.start({ ...ACCOUNT, timing: FAST });
  receiver = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      reports.push({
        url: `http://${request.headers.host ?? ''}${request.url ?? ''}`,
        signature: String(request.headers['x-twilio-signature']),
        fields: Object.fromEntries(new URLSearchParams(body)),
      });
      response.writeHead(answers.shift() ?? 204).end();
    });
  });
  await listen(0);
});
afterEach(async () => {
  await sandbox.stop();
  receiver.closeAllConnections();
  receiver.close();
});

const listen = (port: number) =>
  new Promise<void>((resolve) => {
    receiver.listen(port, '127.0.0.1', resolve);
  });
const port = () => (receiver.address() as AddressInfo).port;
const send = (path: string, more: object = {}) =>
  sdkFor(sandbox).messages.create({
    to: '+919876543210',
    from: SENDER,
    body: 'Ram & Sons: ₹500',
    statusCallback: `http://127.0.0.1:${port()}${path}`,
    ...more,
  });
const statuses = () => reports.map(({ fields }) => fields['MessageStatus']);
const reportOf = (status: string) => reports.find(({ fields }) => fields['MessageStatus'] === status)?.fields;
const until = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 5 });

describe('status callbacks', () => {
  it('tell queued, sent and delivered; on a busy machine one may overtake another, as with Twilio', async () => {
    const { sid } = await send('/status');
    await until(() => expect(statuses().sort()).toEqual(['delivered', 'queued', 'sent']));

    expect(reportOf('delivered')).toEqual({
      AccountSid: ACCOUNT.accountSid,
      ApiVersion: '2010-04-01',
      From: SENDER,
      MessageSid: sid,
      MessageStatus: 'delivered',
      RawDlrDoneDate: expect.stringMatching(/^\d{10}$/) as string,
      SmsSid: sid,
      SmsStatus: 'delivered',
      To: '+919876543210',
    });
  });

  it("carry a signature that Twilio's own check accepts, for the URL without its fragment", async () => {
    await send("/status?d=42&a=1&name=%E0%A4%95&b=é'#rc=5");
    await until(() => expect(reports).toHaveLength(3));

    for (const { url, signature, fields } of reports) {
      expect(url).toContain('/status?d=42&a=1&name=%E0%A4%95');
      expect(twilio.validateRequest(ACCOUNT.authToken, signature, url, fields)).toBe(true);
      expect(twilio.validateRequest('another token', signature, url, fields)).toBe(false);
    }
  });

  it('name the error of a text that did not arrive', async () => {
    await send('/status', { to: '+919000030003' });
    await until(() => expect(statuses().sort()).toEqual(['queued', 'sent', 'undelivered']));

    expect(reportOf('undelivered')).toMatchObject({ ErrorCode: '30003' });
  });

  it('do not claim that a failed text was sent', async () => {
    await send('/status', { to: '+919000030001' });

    await until(() => expect(statuses().sort()).toEqual(['failed', 'queued']));
  });

  it('come again when nobody listened, as often as rc says', async () => {
    const free = port();
    await new Promise((resolve) => receiver.close(resolve));
    await sdkFor(sandbox).messages.create({
      to: '+919876543210',
      from: SENDER,
      body: 'Hello',
      statusCallback: `http://127.0.0.1:${free}/status#rc=5`,
    });
    await vi.waitUntil(async () => (await sandbox.messages({ channel: 'sms' }))[0]?.status === 'delivered');
    await listen(free);

    await until(() => expect([...statuses()].sort()).toEqual(['delivered', 'queued', 'sent']));
  });

  it('take an error as an answer, unless the retry policy names it', async () => {
    answers = [500, 500, 500];
    await send('/plain#rc=5');
    await until(() => expect(reports).toHaveLength(3));
    answers = [500, 403];
    await send('/patient#rc=5&rp=5xx');
    await until(() => expect(reports).toHaveLength(3 + 4));

    expect(reports.filter(({ url }) => url.endsWith('/plain'))).toHaveLength(3);
    expect(statuses().slice(3).sort()).toEqual(['delivered', 'queued', 'queued', 'sent']);
  });

  it('of a text to a number that stays sent end there', async () => {
    await send('/status', { to: '+919000000000' });
    await until(() => expect(statuses().sort()).toEqual(['queued', 'sent']));
    await send('/status');
    await until(() => expect(reports).toHaveLength(5));

    const [, stuck] = await sandbox.messages({ channel: 'sms' });
    expect(stuck).toMatchObject({ status: 'sent', price: null });
  });
});
