import { once } from 'node:events';
import http, { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Arrival } from './faults/arrivals.js';
import { judge, type Standing, type Story } from './faults/checker.js';
import { Proxy } from './faults/proxy.js';

const TEXT: Arrival = { channel: 'sms', seq: 1, person: 1, id: 'SM1', at: 0 };
const MAIL: Arrival = { channel: 'email', seq: 1, person: 1, id: '<1@example>', at: 0 };
const DELIVERED = new Map([['SM1', 'delivered']]);
const standing = (channel: string, status: string, more: Partial<Standing> = {}): Standing => ({
  channel,
  status,
  reason: null,
  answerLost: false,
  ...more,
});
const storyOf = (...standings: Standing[]): Story[] => [{ seq: 1, standings }];
const GOOD = [standing('sms', 'delivered'), standing('email', 'sent')] as const;

describe('the checker', () => {
  it('finds nothing where everything came once and the API says so', () => {
    const verdict = judge(storyOf(...GOOD), { arrivals: [TEXT, MAIL], fates: DELIVERED });
    expect(verdict).toEqual({
      accepted: 1,
      sent: 2,
      lost: 0,
      doubled: 0,
      wrong: 0,
      hidden: 0,
      explained: 0,
    });
  });

  it('calls lost what was accepted, is nowhere, and is not explained', () => {
    const fates = DELIVERED;
    expect(judge(storyOf(...GOOD), { arrivals: [MAIL], fates })).toMatchObject({ lost: 1, explained: 0 });
    expect(judge(storyOf(), { arrivals: [MAIL], fates })).toMatchObject({ lost: 1, wrong: 1 });
    const failed = [standing('sms', 'failed', { reason: 'content' }), GOOD[1]];
    expect(judge(storyOf(...failed), { arrivals: [MAIL], fates })).toMatchObject({ lost: 0, explained: 1 });
  });

  it('calls doubled what the carrier took twice, however it came to be', () => {
    const arrivals = [TEXT, { ...TEXT, id: 'SM2' }, MAIL];
    const fates = new Map([...DELIVERED, ['SM2', 'delivered']]);
    const told = [standing('sms', 'delivered', { answerLost: true }), GOOD[1]];
    expect(judge(storyOf(...told), { arrivals, fates })).toMatchObject({ doubled: 1, hidden: 0 });
  });

  it('excuses a second mail only after a lost answer, and only with the same Message-ID', () => {
    const lost = [GOOD[0], standing('email', 'sent', { answerLost: true })];
    const again = { arrivals: [TEXT, MAIL, MAIL], fates: DELIVERED };
    expect(judge(storyOf(...lost), again)).toMatchObject({ doubled: 0, hidden: 1 });
    expect(judge(storyOf(...GOOD), again)).toMatchObject({ doubled: 1, hidden: 0 });
    const other = { arrivals: [TEXT, MAIL, { ...MAIL, id: '<2@example>' }], fates: DELIVERED };
    expect(judge(storyOf(...lost), other)).toMatchObject({ doubled: 1, hidden: 0 });
  });

  it.each([
    ['sent', 'delivered'],
    ['failed', 'delivered'],
    ['delivered', 'undelivered'],
    ['delivered', undefined],
  ])('calls it wrong when the API says %s and the carrier %s', (status, fate) => {
    const fates = new Map(fate === undefined ? [] : [['SM1', fate]]);
    const verdict = judge(storyOf(standing('sms', status), GOOD[1]), { arrivals: [TEXT, MAIL], fates });
    expect(verdict).toMatchObject({ wrong: 1, lost: 0, doubled: 0 });
  });
});

describe('a wire', () => {
  let server: Server;
  let wire: Proxy;
  let agent: http.Agent;
  beforeEach(async () => {
    server = createServer((_, response) => response.end('yes')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    wire = await Proxy.to(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterEach(async () => {
    agent.destroy();
    await wire.close();
    server.closeAllConnections();
    server.close();
  });

  /** Over the connection of the question before, where that stands. */
  async function ask(): Promise<string> {
    const request = http.get(wire.url, { agent, signal: AbortSignal.timeout(700) });
    const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
    let text = '';
    for await (const chunk of answer) text += String(chunk);
    return text;
  }

  it('passes, and passes later', async () => {
    expect(await ask()).toBe('yes');
    await wire.set('latency', 100);
    const start = performance.now();
    expect(await ask()).toBe('yes');
    expect(performance.now() - start).toBeGreaterThan(190);
  });

  it.each(['down', 'slam', 'black hole'] as const)(
    'lets nothing through when it is %s, until it is mended',
    async (weather) => {
      expect(await ask()).toBe('yes');
      await wire.set(weather);
      await expect(ask()).rejects.toThrow();
      await wire.set('pass');
      await expect.poll(() => ask().catch(() => 'no'), { timeout: 10_000 }).toBe('yes');
    },
  );

  it('when half-open, forgets the connections that stand, and lets new ones pass', async () => {
    expect(await ask()).toBe('yes');
    await wire.set('half-open');
    // The client has kept its connection, and nobody tells it.
    await expect(ask()).rejects.toThrow();
    await expect.poll(() => ask().catch(() => 'no'), { timeout: 10_000 }).toBe('yes');
  });

  it('when it refuses, what stands goes on', async () => {
    expect(await ask()).toBe('yes');
    await wire.set('refuse');
    expect(await ask()).toBe('yes');
  });
});
