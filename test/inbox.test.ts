import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApp } from './support/app.js';

const ORDER = { order: { id: '1', order_number: 'ORD1', pickup_date: '2026-01-05', total_amount: '500.00' } };

interface Item {
  id: string;
  notification_id: string;
  is_read: boolean;
  is_archived: boolean;
}
interface Page {
  results: Item[];
  next: string | null;
  previous: string | null;
  count?: number;
}

describe('a person and their inbox', () => {
  let service: TestApp;
  let asha: string;
  let ravi: string;
  beforeAll(async () => {
    service = await TestApp.start();
    [asha, ravi] = await Promise.all([service.token('asha'), service.token('ravi')]);
    for (let count = 0; count < 25; count += 1)
      await tell('asha', count % 5 === 0 ? 'order_ready' : 'order_confirmed');
    await tell('ravi', 'order_confirmed');
  });
  afterAll(() => service.stop());

  const tell = (id: string, type: string) =>
    service.call<{ id: string }>('POST', '/api/notifications', {
      body: { type, user: { id, email: `${id}@example.com` }, context: ORDER },
    });
  const list = (query: string, as: string) => service.call<Page>('GET', `/api/notifications${query}`, { as });

  it('is listed newest first, page by page, forth and back, without gap or repetition', async () => {
    const seen: string[] = [];
    let last: Page | undefined;
    for (let path: string | null = '/api/notifications?limit=10'; path; path = last.next) {
      last = (await service.call<Page>('GET', path, { as: asha })).body;
      seen.push(...last.results.map(({ id }) => id));
    }
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
    expect([...seen].sort().reverse()).toEqual(seen);
    const back = await service.call<Page>('GET', last?.previous ?? '', { as: asha });
    expect(back.body.results.map(({ id }) => id)).toEqual(seen.slice(10, 20));
  });

  it('answers by page number with a count, for clients of old, at the old path, with a trailing slash', async () => {
    const { body } = await service.call<Page>('GET', '/api/notifications/notifications/?page=2&limit=20', {
      as: asha,
    });
    expect(body.count).toBe(25);
    expect(body.results).toHaveLength(5);
  });

  it('is filtered by type, category, reading, archive and time', async () => {
    expect((await list('?type=order_ready&limit=100', asha)).body.results).toHaveLength(5);
    expect((await list('?category=payment', asha)).body.results).toHaveLength(0);
    expect((await list('?created_after=2100-01-01T00:00:00Z', asha)).body.results).toHaveLength(0);
    expect((await list('?is_read=true', asha)).body.results).toHaveLength(0);
  });

  it('is read, unread, archived, taken back and deleted, by id or reference', async () => {
    const [item] = (await list('?limit=1', asha)).body.results;
    if (!item) throw new Error('the inbox is empty');
    const act = (what: string, name = item.id) =>
      service.call<Item>('POST', `/api/notifications/${name}/${what}`, { as: asha });
    expect((await act('mark_read')).body.is_read).toBe(true);
    expect((await act('mark_read', item.notification_id)).status).toBe(200);
    expect(await unread()).toBe(24);
    expect((await act('mark_unread')).body.is_read).toBe(false);
    expect((await act('archive')).body.is_archived).toBe(true);
    expect((await list('?archived=true', asha)).body.results).toHaveLength(1);
    expect(await unread()).toBe(24);
    expect((await act('unarchive')).body.is_archived).toBe(false);
    expect((await service.call('DELETE', `/api/notifications/${item.id}`, { as: asha })).status).toBe(204);
    expect((await service.call('GET', `/api/notifications/${item.id}`, { as: asha })).status).toBe(404);
    expect(await unread()).toBe(24);
  });

  it('is read as a whole', async () => {
    const { body } = await service.call<{ count: number }>('POST', '/api/notifications/mark_all_read', {
      as: asha,
    });
    expect(body.count).toBe(24);
    expect(await unread()).toBe(0);
  });

  it('is nobody else’s: foreign notifications do not exist', async () => {
    const [item] = (await list('?limit=1', ravi)).body.results;
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/mark_read'],
      ['POST', '/archive'],
      ['DELETE', ''],
    ]) {
      const { status, body } = await service.call(
        method ?? '',
        `/api/notifications/${item?.id ?? ''}${path ?? ''}`,
        { as: asha },
      );
      expect(status).toBe(404);
      expect(body['code']).toBe('notification.not-found');
    }
    expect((await list('?user=ravi', asha)).body.results.every(({ id }) => id !== item?.id)).toBe(true);
  });

  it('is for services to read, of a named person, and not for a person to send to', async () => {
    expect((await list('?user=ravi', service.key)).body.results).toHaveLength(1);
    expect((await list('', service.key)).status).toBe(400);
    const sent = await service.call('POST', '/api/notifications', {
      as: asha,
      body: { type: 'general', user: 'ravi' },
    });
    expect(sent.status).toBe(403);
    expect((await service.call('GET', '/api/notifications', { as: null })).status).toBe(401);
  });

  const unread = async () =>
    (await service.call<{ count: number }>('GET', '/api/notifications/unread_count', { as: asha })).body
      .count;
});
