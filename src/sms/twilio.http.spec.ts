import http from 'node:http';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { failureOf, listen, liveEnv, providerOf } from '../../test/support/twilio.js';
import { retryAfterOf } from '../http/exchange.js';
import type { TwilioProvider } from './twilio.provider.js';

const TO = '+919876543210';
const open: TwilioProvider[] = [];

function live(origin: string, more?: Record<string, string>): TwilioProvider {
  const provider = providerOf(liveEnv(origin, more));
  open.push(provider);
  return provider;
}

afterEach(() => {
  for (const provider of open.splice(0)) provider.onApplicationShutdown();
});

describe('When the network or Twilio fails', () => {
  it('knows that a refused connection has sent nothing', async () => {
    const { origin, close } = await listen(net.createServer());
    await close();
    expect(await failureOf(live(origin).send({ to: TO, body: 'x' }))).toMatchObject({
      kind: 'not_accepted',
      code: 'unreachable',
    });
  });

  it('knows that a name that cannot exist has sent nothing', async () => {
    const nowhere = live(`http://${'x'.repeat(64)}`);
    expect(await failureOf(nowhere.send({ to: TO, body: 'x' }))).toMatchObject({ kind: 'not_accepted' });
  });

  it('knows that a failed TLS handshake has sent nothing', async () => {
    const plain = net.createServer((socket) => socket.once('data', () => socket.end('no TLS here')));
    const { origin, close } = await listen(plain);
    const secure = live(origin.replace('http:', 'https:'));
    expect(await failureOf(secure.send({ to: TO, body: 'x' }))).toMatchObject({ kind: 'not_accepted' });
    await close();
  });

  it.each<[string, (socket: net.Socket) => void]>([
    ['a reset', (socket) => socket.resetAndDestroy()],
    ['an end', (socket) => socket.end()],
    ['half an answer', (socket) => socket.end('HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{"sid":')],
    ['no HTTP', (socket) => socket.end('SMTP ready\r\n')],
  ])('cannot know what became of a request after %s', async (_, end) => {
    const server = net.createServer((socket) => socket.once('data', () => end(socket)));
    const { origin, close } = await listen(server);
    expect(await failureOf(live(origin).send({ to: TO, body: 'x' }))).toMatchObject({
      kind: 'ambiguous',
      code: 'no_answer',
    });
    await close();
  });

  it('waits no longer than its timeout, and then does not know', async () => {
    const { origin, close } = await listen(net.createServer(() => undefined));
    const patient = live(origin, { TWILIO_TIMEOUT_MS: '500' });
    const failed = await failureOf(patient.send({ to: TO, body: 'x' }));
    expect(failed).toMatchObject({ kind: 'ambiguous' });
    expect(failed.message).toContain('no answer within 500 ms');
    await close();
  });

  it('has sent nothing while it waited for a free connection', async () => {
    // Whoever comes second finds nobody there, however late the first one gives up.
    const server: net.Server = net.createServer(() => server.close());
    const { origin } = await listen(server);
    const narrow = live(origin, { TWILIO_TIMEOUT_MS: '500', TWILIO_MAX_CONNECTIONS: '1' });
    const both = [narrow.send({ to: TO, body: 'first' }), narrow.send({ to: TO, body: 'second' })];
    const kinds = await Promise.all(both.map(async (sent) => (await failureOf(sent)).kind));
    expect(kinds).toEqual(['ambiguous', 'not_accepted']);
  });

  it.each([
    [201, 'not json', 'ambiguous'],
    [201, '{}', 'ambiguous'],
    [201, '[]', 'ambiguous'],
    [500, '', 'ambiguous'],
    [503, '{"code":20503,"message":"Service unavailable"}', 'ambiguous'],
    [400, '{"code":21211,"message":"Invalid"}', 'address'],
    [400, 'not json', 'content'],
    [302, '', 'configuration'],
  ])('sorts HTTP %i with %j as %s', async (status, body, kind) => {
    const { origin, close } = await listen(
      http.createServer((_, answer) => answer.writeHead(status).end(body)),
    );
    expect(await failureOf(live(origin).send({ to: TO, body: 'x' }))).toMatchObject({ kind });
    await close();
  });

  it('keeps the wish of Retry-After', async () => {
    const busy = http.createServer((_, answer) =>
      answer.writeHead(429, { 'Retry-After': '7' }).end('{"code":20429,"message":"Too Many Requests"}'),
    );
    const { origin, close } = await listen(busy);
    expect(await failureOf(live(origin).send({ to: TO, body: 'x' }))).toMatchObject({
      kind: 'not_accepted',
      code: '20429',
      retryAfter: 7,
    });
    await close();
  });

  it('says what to set when nothing is configured', async () => {
    const { kind, code, message } = await failureOf(providerOf({}).send({ to: TO, body: 'x' }));
    expect([kind, code]).toEqual(['configuration', 'not_configured']);
    expect(message).toContain('TWILIO_ACCOUNT_SID');
  });
});

describe('The wish of Retry-After', () => {
  it.each([
    ['0', 0],
    ['7', 7],
    ['999999', 3600],
    ['Sun, 06 Nov 1994 08:49:47 GMT', 10],
    ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j means %j seconds', (header, seconds) => {
    expect(retryAfterOf(header, Date.parse('Sun, 06 Nov 1994 08:49:37 GMT'))).toBe(seconds);
  });
});
