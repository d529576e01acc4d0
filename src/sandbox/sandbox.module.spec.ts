import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Global, Module, RequestMethod } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, FAST, SENDER, sdkFor } from '../../test/support/sandbox-sdk.js';
import { ApiKeysService } from '../auth/api-keys.service.js';
import { SandboxSettings } from '../config/app.settings.js';
import { ConfigModule } from '../config/config.module.js';
import { configureEdge, fastifyOptions } from '../http/edge.js';
import { Sandbox } from './sandbox.js';
import { SandboxModule } from './sandbox.module.js';

/** One key is good. */
const keys = { callerOf: (key: string) => Promise.resolve(key === 'nk_good' ? {} : undefined) };

@Global()
@Module({ providers: [{ provide: ApiKeysService, useValue: keys }], exports: [ApiKeysService] })
class KeysModule {}

let sandbox: Sandbox;
let app: NestFastifyApplication | undefined;

/** The service, as far as it knows of the sandbox at this address. */
const serve = async (url?: string) => {
  const settings = new SandboxSettings({ SANDBOX_URL: url });
  const imports = [ConfigModule.of(new Map([[SandboxSettings, settings]])), KeysModule, SandboxModule];
  const module = await Test.createTestingModule({ imports }).compile();
  const edge = { publicUrl: 'http://localhost:3000', corsOrigins: [], proxyHops: 0 };
  const adapter = new FastifyAdapter(fastifyOptions(edge));
  app = module.createNestApplication<NestFastifyApplication>(adapter, { logger: false });
  const exclude = ['sandbox', 'sandbox/*path'].map((path) => ({ path, method: RequestMethod.ALL }));
  app.setGlobalPrefix('api', { exclude });
  await configureEdge(app, edge);
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
};
const sendText = () => sdkFor(sandbox).messages.create({ to: '+919876543210', from: SENDER, body: 'Hello' });

beforeEach(async () => {
  sandbox = await Sandbox.start({ ...ACCOUNT, timing: FAST });
});
afterEach(async () => {
  await app?.close();
  await sandbox.stop();
});

describe('the service in development', () => {
  it('passes on what the sandbox knows, with its status and type', async () => {
    const base = await serve(sandbox.accountUrl);
    await sendText();
    const list = await fetch(`${base}/api/dev/messages?to=%2B919876543210`);
    const wrong = await fetch(`${base}/api/dev/messages?wait=soon`);
    const removed = await fetch(`${base}/api/dev/messages`, { method: 'DELETE' });

    expect(await list.json()).toMatchObject([{ channel: 'sms', text: 'Hello' }]);
    expect(wrong.status).toBe(400);
    expect(wrong.headers.get('content-type')).toContain('application/problem+json');
    expect(removed.status).toBe(204);
    expect(await sandbox.messages()).toEqual([]);
  });

  it('shows messages and takes replies on this machine, and elsewhere for an API key only', async () => {
    const base = await serve(sandbox.accountUrl);
    const from = (headers: Record<string, string>) =>
      fetch(`${base}/api/dev/messages`, { headers: { 'x-forwarded-for': '192.0.2.7', ...headers } });
    const refused = await from({ authorization: 'Bearer nk_bad' });

    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('API key');
    expect((await from({})).status).toBe(403);
    expect((await from({ authorization: 'Bearer nk_good' })).status).toBe(200);
  });

  it('lets a long poll wait', async () => {
    const base = await serve(sandbox.accountUrl);
    const waiting = fetch(`${base}/api/dev/messages?channel=sms&wait=10s`);
    await sendText();

    expect(await (await waiting).json()).toHaveLength(1);
  });

  it('passes events on as they come', async () => {
    const base = await serve(sandbox.accountUrl);
    const answer = await fetch(`${base}/api/dev/events`);
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    await sendText();
    let text = '';
    while (!text.includes('event: messages')) text += new TextDecoder().decode((await reader.read()).value);

    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    await reader.cancel();
  });

  it("shows the page with the sandbox's own policy", async () => {
    const base = await serve(sandbox.accountUrl);
    const page = await fetch(`${base}/sandbox`);
    const style = await fetch(`${base}/sandbox/base.css`);

    expect(await page.text()).toContain('<title>');
    const own = (await fetch(`${sandbox.url}/sandbox`)).headers.get('content-security-policy');
    expect(page.headers.get('content-security-policy')).toBe(own);
    expect(style.headers.get('content-type')).toContain('text/css');
    expect((await fetch(`${base}/sandbox/nothing.js`)).status).toBe(404);
  });

  it('lets nobody reach the carrier, and gives its account to nobody', async () => {
    const base = await serve(sandbox.accountUrl);
    const carrier = await fetch(`${base}/2010-04-01/Accounts/${ACCOUNT.accountSid}/Messages.json`);
    let seen: http.IncomingHttpHeaders = {};
    const spy = http.createServer((request, response) => {
      seen = request.headers;
      response.end('[]');
    });
    await new Promise<void>((resolve) => spy.listen(0, '127.0.0.1', resolve));
    await app?.close();
    const address = `127.0.0.1:${(spy.address() as AddressInfo).port}`;
    const other = await serve(`http://${ACCOUNT.accountSid}:${ACCOUNT.authToken}@${address}`);
    await fetch(`${other}/api/dev/messages`, { headers: { authorization: 'Bearer nk', cookie: 'a=b' } });
    spy.closeAllConnections();
    spy.close();

    expect(carrier.status).toBe(404);
    expect(Object.keys(seen).sort()).toEqual(['connection', 'host']);
  });

  it('says so when the sandbox is away', async () => {
    const base = await serve(sandbox.accountUrl);
    await sandbox.stop();

    const answer = await fetch(`${base}/api/dev/messages`);

    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'sandbox.away' });
  });

  it('has no such routes without a sandbox', async () => {
    const base = await serve();

    expect((await fetch(`${base}/sandbox`)).status).toBe(404);
    expect((await fetch(`${base}/api/dev/messages`)).status).toBe(404);
  });
});
