import http from 'node:http';
import net from 'node:net';
import type { DeliveryFailure } from '../../src/channels/failures.js';
import { AppSettings, SandboxSettings } from '../../src/config/app.settings.js';
import { SmsSettings } from '../../src/sms/sms.settings.js';
import { TwilioAccount } from '../../src/sms/twilio.account.js';
import { TwilioProvider } from '../../src/sms/twilio.provider.js';

export const SID = `AC${'a'.repeat(32)}`;
export const TOKEN = 'token-of-tests';

type Env = Record<string, string>;

/** The account that an environment describes. */
export const accountOf = (env: Env): TwilioAccount =>
  new TwilioAccount(new SmsSettings(env), new SandboxSettings(env), new AppSettings(env));

/** A provider for this environment; to be shut down by its user. */
export const providerOf = (env: Env): TwilioProvider =>
  new TwilioProvider(accountOf(env), new SmsSettings(env));

/** An environment with an account, whose API is at this origin. */
export const liveEnv = (origin: string, more: Env = {}): Env => ({
  TWILIO_ACCOUNT_SID: SID,
  TWILIO_AUTH_TOKEN: TOKEN,
  TWILIO_PHONE_NUMBER: '+15005550006',
  TWILIO_API_BASE_URL: origin,
  ...more,
});

export async function failureOf(promise: Promise<unknown>): Promise<DeliveryFailure> {
  try {
    await promise;
  } catch (error) {
    return error as DeliveryFailure;
  }
  throw new Error('It should have failed.');
}

/** A server of the test's own on a free port. */
export async function listen(server: net.Server | http.Server) {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { origin: `http://127.0.0.1:${port}`, close };
}

/** The forms of the requests that arrive while something is sent. */
export async function formsOf(send: (origin: string) => Promise<unknown>): Promise<URLSearchParams[]> {
  const forms: URLSearchParams[] = [];
  const server = http.createServer((request, answer) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      forms.push(new URLSearchParams(Buffer.concat(chunks).toString()));
      answer.writeHead(201).end(JSON.stringify({ sid: `SM${'c'.repeat(32)}`, status: 'queued' }));
    });
  });
  const { origin, close } = await listen(server);
  await send(origin);
  await close();
  return forms;
}
