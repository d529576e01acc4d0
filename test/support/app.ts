import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SignJWT } from 'jose';
import { readSettings } from '../../src/app.module.js';
import { createApp } from '../../src/app.setup.js';
import { newApiKey } from '../../src/auth/api-key.js';
import { newVapidKeys } from '../../src/push/vapid.keys.js';
import { Sandbox } from '../../src/sandbox/sandbox.js';
import { TemplatesService } from '../../src/templates/templates.service.js';
import { createTestDatabase } from './databases.js';

const JWT_SECRET = 'a-platform-key-of-the-test-run-0123456789';

/** A pair for all applications of a test file. */
const { publicKey, privateKey } = newVapidKeys();
const VAPID = {
  VAPID_PUBLIC_KEY: publicKey,
  VAPID_PRIVATE_KEY: privateKey,
  VAPID_SUBJECT: 'mailto:ops@laundryconnect.example',
};

/** A JSON answer, read. The body is what the test says it is. */
export interface Reply<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

type Json = Record<string, unknown>;

/** The whole service on a database of its own, with the local carrier and mailbox behind it. */
export class TestApp {
  private constructor(
    readonly url: string,
    readonly key: string,
    readonly sandbox: Sandbox,
    readonly app: NestFastifyApplication,
    readonly databaseUrl: string,
    private readonly drop: () => Promise<void>,
  ) {}

  static async start(
    env: Record<string, string> = {},
    extraChannels: Parameters<typeof createApp>[1] = [],
  ): Promise<TestApp> {
    const database = await createTestDatabase();
    const port = await freePort();
    const { key } = newApiKey('test');
    const url = `http://127.0.0.1:${port}`;
    const sandbox = await Sandbox.start({
      accountSid: `AC${'0'.repeat(32)}`,
      authToken: 'sandbox-token',
      smsUrl: `${url}/api/webhooks/twilio/inbound`,
      timing: { queued: 5, sent: 10, delivered: 15, priced: 20 },
    });
    const settings = readSettings({
      NODE_ENV: 'test',
      PORT: String(port),
      PUBLIC_URL: url,
      FRONTEND_URL: 'https://app.example.com',
      DATABASE_URL: database.url,
      SECRET_KEY: 'a-master-key-of-the-test-run-0123456789-abc',
      JWT_SECRET,
      DEV_API_KEY: key,
      // Tests run at night too.
      PROMOTION_HOURS: '+91 00:00-24:00 Asia/Kolkata',
      ...VAPID,
      SANDBOX_URL: sandbox.accountUrl,
      SANDBOX_SMTP_URL: sandbox.smtpUrl,
      LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'error',
      ...env,
    });
    const app = await createApp(settings, extraChannels);
    await app.init();
    await app.get(TemplatesService).load(join(import.meta.dirname, '../../templates'), {});
    await app.listen(port, '127.0.0.1');
    return new TestApp(url, key, sandbox, app, database.url, () => database.drop());
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.sandbox.stop();
    await this.drop();
  }

  /** A token as the platform signs it. */
  token(userId: string, claims: Json = {}, lasts = '1h'): Promise<string> {
    return new SignJWT({ user_id: userId, ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .setExpirationTime(lasts)
      .sign(new TextEncoder().encode(JWT_SECRET));
  }

  async call<T = Json>(
    method: string,
    path: string,
    {
      body,
      as = this.key,
      headers = {},
    }: { body?: unknown; as?: string | null; headers?: Record<string, string> } = {},
  ): Promise<Reply<T>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(as !== null && { authorization: `Bearer ${as}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(text) : text) as T,
    };
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks again and again until the answer is no longer undefined; fails with the last look after the time is over. */
export async function until<T>(
  look: () => Promise<T | undefined> | T | undefined,
  what: string,
  within = 10_000,
): Promise<T> {
  const end = Date.now() + within;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`Waited ${within} ms in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
