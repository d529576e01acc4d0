import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, hasRedis, type TestDatabase, testRedis } from './support/databases.js';
import { Link } from './support/link.js';
import { LiveApp } from './support/live.app.js';

let database: TestDatabase;
let link: Link;
let near: LiveApp;
let far: LiveApp;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

let people = 0;
const somebody = () => `clustered-${++people}`;

describe.skipIf(!hasRedis)('several processes on one Redis', () => {
  beforeEach(async () => {
    const redis = await testRedis();
    link = await Link.to(redis);
    near = await LiveApp.start(database.url, { REDIS_URL: link.url });
    far = await LiveApp.start(database.url, { REDIS_URL: redis });
  });
  afterEach(async () => {
    await Promise.all([near.stop(), far.stop()]);
    await link.close();
  });

  /** Both have subscribed when what one of them says is heard at the other. */
  async function heardAcross(): Promise<void> {
    const probe = somebody();
    const client = await far.connected(probe);
    await vi.waitFor(async () => {
      await near.notify(probe);
      await client.told('notification');
    });
    client.close();
  }

  it('show a notification wherever the person is connected, and agree on the count', async () => {
    await heardAcross();
    const ana = somebody();
    const [here, there] = [await near.connected(ana), await far.connected(ana)];
    const id = await near.notify(ana);
    for (const client of [here, there]) {
      await client.told('notification');
      expect(await client.told('unread_count')).toEqual({ count: 1 });
      expect(client.shown).toEqual([id]);
    }
    there.send('mark_read', { notification_id: id });
    expect(await here.told('notification_updated')).toMatchObject({ id, is_read: true });
    expect(await here.told('unread_count', 2)).toEqual({ count: 0 });
  });

  it('ask the database once each, and only where the person is connected', async () => {
    await heardAcross();
    const ana = somebody();
    const there = await far.connected(ana);
    const here = vi.spyOn(near.inbox, 'items');
    const id = await near.notify(ana);
    await there.told('unread_count');
    expect(there.shown).toEqual([id]);
    expect(here).not.toHaveBeenCalled();
  });

  it('serve their own while Redis is away, and catch up afterwards', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
    await heardAcross();
    const ana = somebody();
    const [here, there] = [await near.connected(ana), await far.connected(ana)];
    const first = await near.notify(ana);
    await there.told('notification');
    link.cut();
    await vi.waitFor(() => expect(warn).toHaveBeenCalled(), 5000);
    const second = await near.notify(ana);
    await here.told('notification', 2);
    link.mend();
    await vi.waitFor(() => expect(there.shown).toEqual([first, second]), 10_000);
    expect(here.shown).toEqual([first, second]);
  });

  it('end without a sound while Redis is away', async () => {
    vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const lost: unknown[] = [];
    const note = (reason: unknown) => lost.push(reason);
    process.on('unhandledRejection', note);
    await heardAcross();
    link.freeze();
    const here = await near.connected(somebody());
    await near.notify(somebody());
    link.cut();
    await near.app.close();
    here.close();
    process.off('unhandledRejection', note);
    expect(lost).toEqual([]);
  });
});
