import { Logger } from '@nestjs/common';
import { io } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from './support/databases.js';
import { LiveApp, referenceOf, tokenFor } from './support/live.app.js';

let database: TestDatabase;
let live: LiveApp;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  live = await LiveApp.start(database.url);
});
afterEach(() => live.stop());

let people = 0;
const somebody = () => `person-${++people}`;

/** The log's lines of a failure that the test itself makes. */
const expectErrors = () => vi.spyOn(Logger.prototype, 'error').mockReturnValue();

describe('a connection', () => {
  it('is welcomed with the unread count, shown what comes, and told the new count', async () => {
    const ana = somebody();
    await live.notify(ana);
    const phone = live.connect(ana);
    expect(await phone.told('connection_established')).toMatchObject({ unread_count: 1 });
    const id = await live.notify(ana);
    const { notification } = await phone.told('notification');
    expect(notification).toEqual({
      id,
      notification_id: referenceOf(id),
      type: 'general',
      title: 'A title',
      message: 'A message',
      is_read: false,
      action_url: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      category: 'general',
      actions: null,
      order_id: null,
      payment_id: null,
      seq: 2,
    });
    expect(await phone.told('unread_count')).toEqual({ count: 2 });
    expect(phone.shown).toEqual([id]);
  });

  it('shows nobody what belongs to another person', async () => {
    const [ana, ben] = [somebody(), somebody()];
    const [anas, bens] = [await live.connected(ana), await live.connected(ben)];
    const forAna = await live.notify(ana);
    const forBen = await live.notify(ben);
    await Promise.all([anas.told('notification'), bens.told('notification')]);
    expect(anas.shown).toEqual([forAna]);
    expect(bens.shown).toEqual([forBen]);
  });

  it('is refused before it stands without a token (4001), and with the wrong kind of token (4003)', async () => {
    const codeFor = async (auth: object) =>
      (await live.connect(somebody(), { auth }).told('connect_error'))['code'];
    expect(await codeFor({ token: undefined })).toBe(4001);
    expect(await codeFor({ token: { $ne: null } })).toBe(4001);
    expect(await codeFor({ token: 'made up' })).toBe(4001);
    expect(await codeFor({ token: 'x'.repeat(10_000) })).toBe(4001);
    expect(await codeFor({ token: 'nk_dev_1_2_3' })).toBe(4003);
  });

  it("opens for the platform's own user token too, and for one in the Authorization header", async () => {
    const ana = somebody();
    await live.connected(ana, { auth: { token: tokenFor(ana, 60_000, 'user-') } });
    await live.connected(ana, {
      auth: { token: undefined },
      extraHeaders: { Authorization: `Bearer ${tokenFor(ana)}` },
    });
  });

  it('works over long polling where WebSocket is not possible', async () => {
    const ana = somebody();
    const phone = await live.connected(ana, { transports: ['polling'] });
    const id = await live.notify(ana);
    await phone.told('notification');
    expect(phone.shown).toEqual([id]);
  });

  it('finds no other namespace open', async () => {
    const socket = io(live.url, { transports: ['websocket'], forceNew: true, reconnection: false });
    const message = await new Promise<string>((resolve) =>
      socket.on('connect_error', (error) => resolve(error.message)),
    );
    socket.disconnect();
    expect(message).toContain('/notifications');
  });

  it('is not for pages of unlisted origins', async () => {
    const ana = somebody();
    const at = (origin: string) => ({ extraHeaders: { origin } });
    await live.connect(ana, at('https://evil.example')).told('connect_error');
    await live.connected(ana, at('http://localhost:5173'));
  });

  it('ends with its token, after saying so', async () => {
    const ana = somebody();
    const phone = await live.connected(ana, { auth: { token: tokenFor(ana, 1500) } });
    expect(await phone.told('error')).toMatchObject({ code: 'token_expired' });
    expect(await phone.told('disconnect')).toEqual({ reason: 'io server disconnect' });
  });

  it('lasts longer with a renewed token of the same person', async () => {
    const ana = somebody();
    const phone = await live.connected(ana, { auth: { token: tokenFor(ana, 400) } });
    phone.send('authenticate', { token: tokenFor('somebody else') });
    expect(await phone.told('error')).toMatchObject({ code: 'forbidden' });
    phone.send('authenticate', { token: 'made up' });
    expect(await phone.told('error', 2)).toMatchObject({ code: 'not_authenticated' });
    const ends = Date.now() + 400;
    phone.send('authenticate', { token: tokenFor(ana) });
    expect(await phone.told('authenticated')).toHaveProperty('expires_at');
    await vi.waitUntil(() => Date.now() > ends + 100);
    phone.send('ping', { timestamp: 1 });
    await phone.told('pong');
  });

  it('makes room for an eleventh by closing the oldest', async () => {
    const ana = somebody();
    const oldest = await live.connected(ana);
    const others = await Promise.all(Array.from({ length: 10 }, () => live.connected(ana)));
    expect(await oldest.told('error')).toMatchObject({ code: 'too_many_connections' });
    expect(await oldest.told('disconnect')).toEqual({ reason: 'io server disconnect' });
    const id = await live.notify(ana);
    await Promise.all(others.map((client) => client.told('notification')));
    expect(others.map(({ shown }) => shown)).toEqual(others.map(() => [id]));
  });

  it('is told to come back when the inbox cannot be read', async () => {
    expectErrors();
    vi.spyOn(live.inbox, 'unreadCounts').mockRejectedValueOnce(new Error('no database'));
    const phone = live.connect(somebody());
    expect(await phone.told('error')).toMatchObject({ code: 'unavailable' });
    // Of this reason a client connects again by itself.
    expect(await phone.told('disconnect')).toEqual({ reason: 'transport close' });
  });
});

describe('the end of the process', () => {
  it('is told to everybody, with a moment to come back, and waits for nobody who is dead', async () => {
    const ana = somebody();
    const phone = await live.connected(ana);
    const bare = live.raw(`token=${tokenFor(ana)}`);
    const dead = live.raw(`token=${tokenFor(ana)}`);
    await Promise.all([bare.told('connection_established'), dead.told('connection_established')]);
    dead.socket.pause();
    const started = performance.now();
    await live.app.close();
    expect(performance.now() - started).toBeLessThan(5000);
    for (const client of [phone, bare]) {
      const { code, retry_after_ms: after } = await client.told('error');
      expect(code).toBe('server_restarting');
      expect(after).toBeLessThanOrEqual(5000);
    }
    expect(await phone.told('disconnect')).toEqual({ reason: 'transport close' });
    expect(await bare.told('closed')).toEqual({ code: 1012, reason: 'server_restarting' });
  });
});
