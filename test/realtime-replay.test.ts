import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { InboxChanged } from '../src/notifications/inbox-changed.event.js';
import { Audience } from '../src/realtime/audience.js';
import { RealtimeChannel } from '../src/realtime/realtime.channel.js';
import { createTestDatabase, type TestDatabase } from './support/databases.js';
import { LiveApp, tokenFor } from './support/live.app.js';

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
const somebody = () => `reader-${++people}`;

describe('nothing is missed', () => {
  it('a client that was away gets what came after the last it saw, in order, and then the new', async () => {
    const ana = somebody();
    const [seen, second, third] = [await live.notify(ana), await live.notify(ana), await live.notify(ana)];
    const phone = await live.connected(ana, { auth: { since: seen } });
    const fourth = await live.notify(ana);
    await phone.told('notification', 3);
    expect(phone.shown).toEqual([second, third, fourth]);
    expect(phone.payloads('notification').map(({ replayed }) => replayed)).toEqual([true, true, undefined]);
  });

  it('one that missed nothing gets nothing', async () => {
    const ana = somebody();
    const seen = await live.notify(ana);
    const phone = await live.connected(ana, { auth: { since: seen } });
    phone.send('ping', {});
    await phone.told('pong');
    expect(phone.shown).toEqual([]);
    expect(phone.payloads('resync')).toEqual([]);
  });

  it("is told to read the list when it missed too much, or names what is unknown or another person's", async () => {
    const [ana, ben] = [somebody(), somebody()];
    const seen = await live.notify(ana);
    const bens = await live.notify(ben);
    for (let i = 0; i < 201; i++) await live.insert(ana);
    for (const since of [seen, bens, 'nonsense', '0190a4c5-7d3e-7a4c-9d0e-000000000000']) {
      const phone = await live.connected(ana, { auth: { since } });
      await phone.told('resync');
      expect(phone.shown).toEqual([]);
    }
  });

  it('what was overtaken on its way is shown first', async () => {
    const ana = somebody();
    const first = await live.notify(ana);
    const phone = await live.connected(ana, { auth: { since: first } });
    const [second, third] = [await live.insert(ana), await live.insert(ana)];
    live.announce(ana, third.id, third.seq);
    await phone.told('notification', 2);
    live.announce(ana, second.id, second.seq);
    const fourth = await live.notify(ana);
    await phone.told('notification', 3);
    expect(phone.shown).toEqual([second.id, third.id, fourth]);
  });

  it('no gap and no double at the seam, however often a client comes and goes while others write', async () => {
    const ana = somebody();
    const first = await live.notify(ana);
    const written: Promise<void>[] = [];
    const write = async () => {
      const { id, seq } = await live.insert(ana);
      // Nudges do not keep the order of the commits.
      await wait(Math.random() * 15);
      live.announce(ana, id, seq);
    };
    const steady = await live.connected(ana, { auth: { since: first } });
    const seen: string[] = [first];
    for (let round = 0; round < 12; round++) {
      for (let i = 0; i < 15; i++) written.push(write());
      const client = live.connect(ana, { auth: { since: seen.at(-1) } });
      await client.told('connection_established');
      await wait(Math.random() * 30);
      client.close();
      seen.push(...client.shown);
    }
    await Promise.all(written);
    const last = await live.connected(ana, { auth: { since: seen.at(-1) } });
    const { items } = await live.inbox.since(ana, first, 1000);
    const all = items.map(({ id }) => id);
    expect(all).toHaveLength(180);
    await vi.waitFor(() => expect(steady.shown).toHaveLength(all.length), 5000);
    await vi.waitFor(() => expect(seen.length - 1 + last.shown.length).toBe(all.length), 5000);
    expect(steady.shown).toEqual(all);
    expect([...seen.slice(1), ...last.shown]).toEqual(all);
  });

  it('what was scheduled comes when its delivery falls due', async () => {
    const ana = somebody();
    const phone = await live.connected(ana);
    const id = await live.schedule(ana);
    const message = { userId: ana, notificationId: id } as Parameters<RealtimeChannel['send']>[0];
    const receipt = await live.app.get(RealtimeChannel).send(message);
    expect(receipt).toMatchObject({ status: 'delivered' });
    await phone.told('notification');
    expect(phone.shown).toEqual([id]);
  });
});

describe('its price', () => {
  it('is nothing for people without a connection', async () => {
    const items = vi.spyOn(live.inbox, 'items');
    const counts = vi.spyOn(live.inbox, 'unreadCounts');
    await live.notify(somebody());
    const ana = somebody();
    const phone = await live.connected(ana);
    const id = await live.notify(ana);
    await phone.told('unread_count');
    expect(items.mock.calls).toEqual([[[id]]]);
    expect(counts.mock.calls).toEqual([[[ana]], [[ana]]]);
  });

  it('is a few queries for a burst to many people, and one count each', async () => {
    const crowd = Array.from({ length: 20 }, somebody);
    const clients = await Promise.all(crowd.map((person) => live.connected(person)));
    const written = await Promise.all(
      crowd.flatMap((person) => [1, 2, 3].map(async () => ({ person, ...(await live.insert(person)) }))),
    );
    const items = vi.spyOn(live.inbox, 'items');
    const counts = vi.spyOn(live.inbox, 'unreadCounts');
    for (const { person, id, seq } of written) live.announce(person, id, seq);
    await Promise.all(clients.map((client) => client.told('unread_count')));
    expect(clients.map(({ shown }) => shown.length)).toEqual(crowd.map(() => 3));
    expect(clients.map((client) => client.payloads('unread_count'))).toEqual(crowd.map(() => [{ count: 3 }]));
    expect(items).toHaveBeenCalledTimes(1);
    expect(counts).toHaveBeenCalledTimes(1);
  });

  it('is limited for readers who do not read', async () => {
    const ana = somebody();
    const phone = await live.connected(ana);
    const bare = live.raw(`token=${tokenFor(ana)}`);
    await bare.told('connection_established');
    const gone = vi.spyOn(live.app.get(Audience), 'leave');
    bare.socket.pause();
    phone.freeze();
    const large = 'x'.repeat(60_000);
    for (let i = 0; i < 1500; i++) live.changed(new InboxChanged(ana, 'updated', large, true));
    await vi.waitFor(() => expect(gone).toHaveBeenCalledTimes(2), 5000);
  });
});
