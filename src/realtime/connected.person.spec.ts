import { describe, expect, it, vi } from 'vitest';
import type { InboxItem } from '../notifications/inbox.service.js';
import { ConnectedPerson } from './connected.person.js';
import { Gathered } from './gathered.js';
import { LiveClient } from './live.client.js';

class FakeClient extends LiveClient {
  readonly heard: string[] = [];
  protected override readonly slow = false;

  constructor() {
    super('ana', 20);
  }

  protected override send(event: string, payload: { notification?: InboxItem; code?: string }): void {
    this.heard.push(payload.notification?.id ?? payload.code ?? event);
  }

  protected override end(): void {
    this.heard.push('ended');
  }
}

/** An inbox in memory; item n has the id and the place n. */
function inboxOf(size: number) {
  const items: InboxItem[] = [];
  const grow = (to: number) => {
    for (let seq = items.length + 1; seq <= to; seq++) items.push({ id: String(seq), seq } as InboxItem);
  };
  grow(size);
  const lookUp = vi.fn((ids: string[]) =>
    Promise.resolve(new Map(items.filter(({ id }) => ids.includes(id)).map((item) => [item.id, item]))),
  );
  const failed = vi.fn();
  const person = new ConnectedPerson('ana', {
    inbox: {
      since: (_, after, limit) => {
        const rest = items.filter(({ seq }) => seq > Number(after));
        return Promise.resolve(
          rest.length > limit
            ? { items: [], reached: 0, complete: false }
            : { items: rest, reached: rest.at(-1)?.seq ?? Number(after), complete: true },
        );
      },
    },
    items: new Gathered(lookUp),
    counts: new Gathered((ids) => Promise.resolve(new Map(ids.map((id) => [id, 0])))),
    ends: new Gathered((ids) => Promise.resolve(new Map(ids.map((id) => [id, items.length])))),
    replayLimit: 3,
    shown: () => undefined,
    waited: () => undefined,
    failed,
  });
  const join = async (since?: string) => {
    const client = new FakeClient();
    person.join(client, since);
    await vi.waitFor(() => expect(client.heard).toContain('connection_established'));
    return client;
  };
  return { person, join, grow, lookUp, failed };
}

describe('a connected person', () => {
  it('sees at the second look what nobody told of, once', async () => {
    const { person, join, grow } = inboxOf(1);
    const client = await join('1');
    grow(2);
    person.look(2);
    person.look(2);
    await vi.waitFor(() => expect(client.heard).toContain('2'));
    person.look(2);
    person.nudge('2', Date.now());
    grow(3);
    person.nudge('3', Date.now());
    await vi.waitFor(() => expect(client.heard).toContain('3'));
    expect(client.heard).toEqual(['connection_established', '2', '3']);
  });

  it('is told to read the list where it cannot be said what was seen', async () => {
    const { person, join, grow } = inboxOf(1);
    const client = await join();
    grow(2);
    for (let look = 0; look < 4; look += 1) person.look(2);
    await vi.waitFor(() => expect(client.heard).toContain('resync'));
    person.say('unread_count', {});
    await vi.waitFor(() => expect(client.heard).toContain('unread_count'));
    expect(client.heard).toEqual(['connection_established', 'resync', 'unread_count']);
  });

  it('is shown what was overtaken, once', async () => {
    const { person, join } = inboxOf(4);
    const client = await join('1');
    person.nudge('4', Date.now());
    await vi.waitFor(() => expect(client.heard).toHaveLength(4));
    person.nudge('3', Date.now());
    person.say('unread_count', {});
    await vi.waitFor(() => expect(client.heard).toContain('unread_count'));
    expect(client.heard).toEqual(['connection_established', '2', '3', '4', 'unread_count']);
  });

  it('is told to read the list when too much was overtaken, and shown the newest', async () => {
    const { person, join, grow } = inboxOf(1);
    const client = await join('1');
    grow(9);
    person.nudge('9', Date.now());
    await vi.waitFor(() => expect(client.heard).toHaveLength(3));
    expect(client.heard).toEqual(['connection_established', 'resync', '9']);
  });

  it('gets it a second later when the inbox could not be read', async () => {
    const { person, join, lookUp, failed } = inboxOf(1);
    const client = await join();
    lookUp.mockRejectedValueOnce(new Error('away'));
    person.nudge('1', Date.now());
    await vi.waitFor(() => expect(client.heard).toContain('1'), 3000);
    expect(failed).toHaveBeenCalledTimes(1);
  });

  it('catches up after nudges were lost: from the newest shown, or by the list', async () => {
    const known = inboxOf(3);
    const client = await known.join('1');
    known.person.catchUp();
    await vi.waitFor(() => expect(client.heard).toEqual(['connection_established', '2', '3']));
    const fresh = inboxOf(3);
    const other = await fresh.join();
    fresh.person.catchUp();
    await vi.waitFor(() => expect(other.heard).toEqual(['connection_established', 'resync']));
  });
});
