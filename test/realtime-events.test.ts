import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from './support/databases.js';
import { LiveApp, referenceOf } from './support/live.app.js';

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
const somebody = () => `speaker-${++people}`;

/** The log's lines of a failure that the test itself makes. */
const expectErrors = () => vi.spyOn(Logger.prototype, 'error').mockReturnValue();

describe('what a client says', () => {
  it('marks one as read, by either name, for all connections of the person', async () => {
    const ana = somebody();
    const [first, second] = [await live.notify(ana), await live.notify(ana)];
    const [phone, laptop] = [await live.connected(ana), await live.connected(ana)];
    const acknowledged = (await phone.socket.emitWithAck('mark_read', { notification_id: first })) as object;
    expect(acknowledged).toEqual({ notification_id: first, success: true });
    expect(await phone.told('mark_read_response')).toEqual(acknowledged);
    for (const client of [phone, laptop]) {
      expect(await client.told('notification_updated')).toEqual({
        id: first,
        is_read: true,
        archived: false,
      });
      expect(await client.told('unread_count')).toEqual({ count: 1 });
    }
    laptop.send('mark_read', { notification_id: referenceOf(second) });
    expect(await phone.told('unread_count', 2)).toEqual({ count: 0 });
    expect(phone.payloads('mark_read_response')).toHaveLength(1);
  });

  it("cannot mark another person's notification", async () => {
    const [ana, eve] = [somebody(), somebody()];
    const id = await live.notify(ana);
    const client = await live.connected(eve);
    client.send('mark_read', { notification_id: id });
    expect(await client.told('mark_read_response')).toEqual({ notification_id: id, success: false });
    expect((await live.inbox.unreadCounts([ana])).get(ana)).toBe(1);
  });

  it('marks all as read', async () => {
    const ana = somebody();
    await Promise.all([live.notify(ana), live.notify(ana), live.notify(ana)]);
    const [phone, laptop] = [await live.connected(ana), await live.connected(ana)];
    phone.send('mark_all_read');
    expect(await phone.told('mark_all_read_response')).toEqual({ marked_count: 3, success: true });
    expect(await laptop.told('notification_updated')).toEqual({ id: null, all: true, is_read: true });
    expect(await laptop.told('unread_count')).toEqual({ count: 0 });
  });

  it('reads the newest, newest first', async () => {
    const ana = somebody();
    const [, second, third] = [await live.notify(ana), await live.notify(ana), await live.notify(ana)];
    const phone = await live.connected(ana);
    const answer = (await phone.socket.emitWithAck('latest', { limit: 2 })) as {
      results: { id: string }[];
      unread_count: number;
    };
    expect(answer.results.map(({ id }) => id)).toEqual([third, second]);
    expect(answer.unread_count).toBe(3);
  });

  it('is echoed when it is a ping', async () => {
    const phone = await live.connected(somebody());
    phone.send('ping', { timestamp: 1767430000123 });
    expect(await phone.told('pong')).toEqual({ timestamp: 1767430000123 });
  });

  it.each([
    ['mark_read', undefined],
    ['mark_read', null],
    ['mark_read', 'NOTIF20260103AAAAAAAA'],
    ['mark_read', ['a', 'b']],
    ['mark_read', {}],
    ['mark_read', { notification_id: 7 }],
    ['mark_read', { notification_id: "' OR 1=1 --" }],
    ['mark_read', { notification_id: 'a'.repeat(99) }],
    ['mark_read', { notification_id: Buffer.from('x') }],
    ['mark_read', Buffer.from('x')],
    ['latest', { limit: 0 }],
    ['latest', { limit: 'all' }],
    ['ping', { timestamp: { a: 1 } }],
    ['ping', { timestamp: 'x'.repeat(65) }],
  ])('is refused in words when it makes no sense: %s %j', async (event, payload) => {
    const phone = await live.connected(somebody());
    phone.send(event, payload);
    expect(await phone.told('error')).toEqual({
      code: 'invalid_payload',
      message: expect.stringMatching(/must/) as string,
    });
    phone.send('ping', {});
    await phone.told('pong');
  });

  it.each(['constructor', '__proto__', 'toString', 'notification', ''])(
    'is refused when the event is unknown: "%s"',
    async (event) => {
      const phone = await live.connected(somebody());
      phone.send(event, {});
      expect(await phone.told('error')).toMatchObject({ code: 'unknown_event' });
    },
  );

  it('is refused from the 21st event in ten seconds on, once, and a flood ends the connection', async () => {
    const phone = await live.connected(somebody());
    for (let i = 0; i < 60; i++) phone.send('ping', { timestamp: i });
    await phone.told('pong', 20);
    expect(await phone.told('error')).toMatchObject({ code: 'rate_limited' });
    expect(phone.payloads('pong')).toHaveLength(20);
    for (let i = 0; i < 60; i++) phone.send('ping', { timestamp: i });
    expect(await phone.told('disconnect')).toEqual({ reason: 'io server disconnect' });
    expect(phone.payloads('error')).toHaveLength(2);
  });

  it('ends the connection when it is larger than 16 KB', async () => {
    const phone = await live.connected(somebody());
    phone.send('ping', { timestamp: 'x'.repeat(17_000) });
    await phone.told('disconnect');
    await live.connected(somebody());
  });

  it('survives a database that fails under it', async () => {
    const phone = await live.connected(somebody());
    expectErrors();
    vi.spyOn(live.inbox, 'markRead').mockRejectedValueOnce(new Error('no database'));
    phone.send('mark_read', { notification_id: '0190a4c5-7d3e-7a4c-9d0e-000000000000' });
    expect(await phone.told('error')).toMatchObject({ code: 'unavailable' });
    phone.send('ping', {});
    await phone.told('pong');
  });
});
