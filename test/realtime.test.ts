import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from './support/databases.js';
import { LiveApp, referenceOf, tokenFor } from './support/live.app.js';

let database: TestDatabase;
let live: LiveApp;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

let people = 0;
const somebody = () => `person-${++people}`;

describe('the live inbox', () => {
  beforeEach(async () => {
    live = await LiveApp.start(database.url);
  });
  afterEach(() => live.stop());

  it('welcomes with the unread count, shows what comes, and counts again', async () => {
    const ana = somebody();
    await live.notify(ana);
    const phone = live.connect(ana);
    expect(await phone.told('connection_established')).toMatchObject({ unread_count: 1 });
    const id = await live.notify(ana);
    const { notification } = await phone.told('notification');
    expect(notification).toMatchObject({
      id,
      notification_id: referenceOf(id),
      type: 'general',
      title: 'A title',
      message: 'A message',
      is_read: false,
      action_url: null,
      order_id: null,
      payment_id: null,
      seq: 2,
    });
    expect(await phone.told('unread_count')).toEqual({ count: 2 });
    expect(phone.shown).toEqual([id]);
  });
});
