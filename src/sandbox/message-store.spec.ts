import { describe, expect, it } from 'vitest';
import type { MailMessage } from './message.js';
import { MessageStore } from './message-store.js';

const mail = (id: string, bytes = 1): MailMessage => ({
  channel: 'email',
  id,
  to: ['asha@example.com'],
  from: 'hello@example.com',
  subject: id,
  messageId: null,
  raw: Buffer.alloc(bytes),
  receivedAt: Date.now(),
});
const ids = (store: MessageStore) => store.list().map(({ id }) => id);

describe('the store', () => {
  it('drops the oldest message when it is full', () => {
    const store = new MessageStore(2);
    for (const id of ['one', 'two', 'three']) store.add(mail(id));

    expect(ids(store).sort()).toEqual(['three', 'two']);
    expect(store.find('one')).toBeUndefined();
  });

  it('drops old mails when they are too big together', () => {
    const store = new MessageStore();
    const half = 64 * 1024 * 1024;
    for (const id of ['one', 'two', 'three']) store.add(mail(id, half));

    expect(ids(store)).not.toContain('one');
    expect(ids(store)).toContain('three');
  });

  it('ends a wait when the client has gone', async () => {
    const store = new MessageStore();
    const client = new AbortController();
    const waiting = store.next({}, 60_000, client.signal);
    client.abort();

    expect(await waiting).toBe(false);
  });

  it('says nothing of a change to a message that is no longer there', () => {
    const store = new MessageStore();
    const message = mail('one');
    store.add(message);
    store.remove([message]);
    const events: string[] = [];
    store.listen(({ kind }) => events.push(kind));
    store.changed(message);

    expect(events).toEqual([]);
  });
});
