import http from 'node:http';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import twilio from 'twilio';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accountOf, listen, SID, TOKEN } from '../../test/support/twilio.js';
import { type ProviderReport, Reports } from '../channels/reports.js';
import { configureEdge } from '../http/edge.js';
import { Sandbox } from '../sandbox/sandbox.js';
import { SmsSettings } from './sms.settings.js';
import { SmsWebhookController } from './sms.webhook.controller.js';
import { TwilioAccount } from './twilio.account.js';
import { TwilioProvider } from './twilio.provider.js';

const PATH = '/api/webhooks/twilio/status';
const DELIVERY = '0190c0de-0000-7000-8000-000000000001';

/** The webhook behind a proxy that calls it by another host, as in production. */
describe('The webhook for status callbacks', () => {
  let app: NestFastifyApplication;
  let sandbox: Sandbox;
  let proxy: { origin: string; close: () => Promise<void> };
  let account: TwilioAccount;
  let received: ProviderReport[] = [];
  let databaseIsAway = false;

  beforeAll(async () => {
    const passOn = http.createServer((request, answer) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const headers = { ...(request.headers as Record<string, string>), host: '10.0.0.7:8080' };
        void app
          .inject({ method: 'POST', url: request.url ?? '', headers, payload: Buffer.concat(chunks) })
          .then(({ statusCode }) => answer.writeHead(statusCode).end());
      });
    });
    proxy = await listen(passOn);
    sandbox = await Sandbox.start({
      accountSid: SID,
      authToken: TOKEN,
      timing: { queued: 1, sent: 1, delivered: 1, priced: 1 },
    });
    account = accountOf({ SANDBOX_URL: sandbox.accountUrl, PUBLIC_URL: proxy.origin });
    const reports = {
      receive: (report: ProviderReport) => {
        if (databaseIsAway)
          return Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
        received.push(report);
        return Promise.resolve();
      },
    };
    const module = await Test.createTestingModule({
      controllers: [SmsWebhookController],
      providers: [
        { provide: TwilioAccount, useValue: account },
        { provide: Reports, useValue: reports },
      ],
    }).compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
    app.useLogger(false);
    app.setGlobalPrefix('api');
    await configureEdge(app, { publicUrl: proxy.origin, corsOrigins: [], proxyHops: 1 });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });

  afterAll(async () => {
    await app.close();
    await sandbox.stop();
    await proxy.close();
  });

  beforeEach(() => {
    received = [];
    databaseIsAway = false;
  });

  const form = { AccountSid: SID, MessageSid: `SM${'b'.repeat(32)}`, MessageStatus: 'sent' };
  const call = (fields: Record<string, string>, more: { url?: string; signature?: string } = {}) => {
    const url = more.url ?? `${PATH}?d=${DELIVERY}&a=1`;
    const signature = more.signature ?? twilio.getExpectedTwilioSignature(TOKEN, proxy.origin + url, fields);
    return app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature },
      payload: new URLSearchParams(fields).toString(),
    });
  };

  it('hears of every step of a text that the sandbox carries, through the proxy', async () => {
    const provider = new TwilioProvider(account, new SmsSettings({}));
    const sent = await provider.send({
      to: '+919876543210',
      body: 'Ram & Sons',
      delivery: { id: DELIVERY, attempt: 4 },
    });
    // The network may bring them in another order; the ledger sorts that out.
    await expect
      .poll(() => received.map(({ status }) => status).sort())
      .toEqual(['delivered', 'queued', 'sent']);
    expect(received[0]).toMatchObject({
      provider: 'sandbox',
      providerId: sent.sid,
      deliveryId: DELIVERY,
      attempt: 4,
    });
    provider.onApplicationShutdown();
  });

  it('answers 204 with nothing, also for a message that nobody knows', async () => {
    const answer = await call(form);
    expect([answer.statusCode, answer.body]).toEqual([204, '']);
    expect(received).toHaveLength(1);
  });

  it('answers 204 for a word that it does not know, and tells nobody', async () => {
    expect((await call({ ...form, MessageStatus: 'teleported' })).statusCode).toBe(204);
    expect(received).toEqual([]);
  });

  it('refuses what nobody has signed', async () => {
    for (const signature of ['', 'AAAA', twilio.getExpectedTwilioSignature('another', proxy.origin, form)]) {
      const answer = await call(form, { signature });
      expect(answer.statusCode).toBe(403);
      expect(answer.json()).toMatchObject({ code: 'webhook.not-genuine' });
    }
    expect(received).toEqual([]);
  });

  it('refuses a signature for the address that only the proxy knows', async () => {
    const url = `${PATH}?d=${DELIVERY}&a=1`;
    const signature = twilio.getExpectedTwilioSignature(TOKEN, `http://10.0.0.7:8080${url}`, form);
    expect((await call(form, { url, signature })).statusCode).toBe(403);
  });

  it('names the field that is not of its form', async () => {
    const answer = await call({ ...form, MessageSid: 'SM1' });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'webhook.invalid', errors: [{ pointer: '/MessageSid' }] });
  });

  it('answers 503 while the database is away, so that Twilio tries again', async () => {
    databaseIsAway = true;
    const answer = await call(form);
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '2']);
  });

  it('refuses a body that is no form', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: PATH,
      headers: { 'content-type': 'application/json', 'x-twilio-signature': 'AAAA' },
      payload: '[]',
    });
    expect(answer.statusCode).toBe(403);
  });
});
