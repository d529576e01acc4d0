import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createTestDatabase, type TestDatabase } from './support/databases.js';
import { LiveApp, tokenFor } from './support/live.app.js';

let database: TestDatabase;
let live: LiveApp;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  live = await LiveApp.start(database.url, { REALTIME_HEARTBEAT_SECONDS: '1' });
});
afterEach(() => live.stop());

let people = 0;
const somebody = () => `bare-${++people}`;

async function connected(userId: string, query = '') {
  const client = live.raw(`token=${tokenFor(userId)}${query}`);
  await client.told('connection_established');
  return client;
}

describe('a bare WebSocket', () => {
  it('hears the same as socket.io, as typed messages', async () => {
    const ana = somebody();
    const old = await connected(ana);
    const phone = live.connect(ana);
    await phone.told('connection_established');
    const id = await live.notify(ana);
    await Promise.all([old.told('unread_count'), phone.told('unread_count')]);
    expect(old.heard.slice(1)).toEqual(phone.heard.slice(1));
    old.send('mark_read', { notification_id: id });
    expect(await old.told('mark_read_response')).toEqual({ notification_id: id, success: true });
    expect(await phone.told('unread_count', 2)).toEqual({ count: 0 });
  });

  it('gets what it missed', async () => {
    const ana = somebody();
    const [seen, second] = [await live.notify(ana), await live.notify(ana)];
    const old = await connected(ana, `&since=${seen}`);
    await old.told('notification');
    expect(old.shown).toEqual([second]);
  });

  it('is closed with 4001 without a valid token', async () => {
    for (const query of ['', 'token=', 'token=made-up']) {
      const old = live.raw(query);
      expect(await old.told('closed')).toMatchObject({ code: 4001 });
      expect(old.payloads('connection_established')).toEqual([]);
    }
  });

  it('is closed with 4003 for a token in the URL that opens more, an API key, or a page of another origin', async () => {
    const ana = somebody();
    for (const old of [
      live.raw(`token=${tokenFor(ana, 60_000, 'user-')}`),
      live.raw(`token=${tokenFor(ana, 60_000, 'page-')}`),
      live.raw('token=nk_live_a_b_c'),
      live.raw(`token=${tokenFor(ana)}`, { Origin: 'https://evil.example' }),
    ]) {
      expect(await old.told('closed')).toMatchObject({ code: 4003 });
    }
  });

  it('is closed with 4001 when its token ends', async () => {
    const old = live.raw(`token=${tokenFor(somebody(), 300)}`);
    expect(await old.told('error')).toMatchObject({ code: 'token_expired' });
    expect(await old.told('closed')).toEqual({ code: 4001, reason: 'token_expired' });
  });

  it.each(['', '{', '[]', 'null', '"mark_read"', '{"type":7}', '{"no":"type"}'])(
    'answers what is no message with an error: %s',
    async (text) => {
      const old = await connected(somebody());
      old.socket.send(text);
      expect(await old.told('error')).toMatchObject({ code: 'unknown_event' });
      old.send('ping', { timestamp: 'a' });
      expect(await old.told('pong')).toEqual({ timestamp: 'a' });
    },
  );

  it('hears nothing twice that it sent before it was admitted', async () => {
    const old = live.raw(`token=${tokenFor(somebody())}`);
    old.socket.on('open', () => old.send('ping', { timestamp: 'early' }));
    expect(await old.told('pong')).toEqual({ timestamp: 'early' });
  });

  it('is closed for a message over 16 KB', async () => {
    const old = await connected(somebody());
    old.send('ping', { timestamp: 'x'.repeat(17_000) });
    expect(await old.told('closed')).toMatchObject({ code: 1009 });
  });

  it('is ended when it gives no sign of life', async () => {
    const ana = somebody();
    const alive = await connected(ana);
    const silent = new WebSocket(
      `${live.url.replace('http', 'ws')}/ws/notifications?token=${tokenFor(ana)}`,
      {
        autoPong: false,
      },
    );
    const code = await new Promise((resolve) => silent.on('close', resolve));
    expect(code).toBe(1006);
    alive.send('ping', {});
    await alive.told('pong');
  });

  it('stands at its own path only', async () => {
    const other = new WebSocket(`${live.url.replace('http', 'ws')}/ws/other/?token=${tokenFor(somebody())}`);
    const message = await new Promise<string>((resolve) =>
      other.on('error', (error) => resolve(error.message)),
    );
    expect(message).toMatch(/hang up|ECONNRESET/);
  });
});
