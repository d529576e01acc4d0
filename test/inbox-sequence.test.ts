import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApp, until } from './support/app.js';
import { ORDER } from './support/requests.js';

/** One send of a schedule: by which instance, to whom, how, and whether for later. */
const aSend = fc.record({
  at: fc.constantFrom<0 | 1>(0, 1),
  to: fc.constantFrom('ana', 'ben', 'cem'),
  how: fc.constantFrom('plain', 'with a key', 'given inline'),
  later: fc.boolean(),
});

describe('the order of an inbox', () => {
  let instances: [TestApp, TestApp];
  let database: DataSource;
  beforeAll(async () => {
    const first = await TestApp.start();
    const more = { DATABASE_URL: first.databaseUrl, DEV_API_KEY: first.key };
    instances = [first, await TestApp.start(more)];
    database = first.app.get(DataSource);
    for (const id of ['ana', 'ben', 'cem']) await first.call('PUT', `/api/users/${id}`, { body: {} });
  });
  afterAll(async () => {
    await instances[1].stop();
    await instances[0].stop();
  });

  let keys = 0;
  const send = async ({ at, to, how, later }: { at: 0 | 1; to: string; how: string; later: boolean }) => {
    const { status } = await instances[at].call('POST', '/api/notifications', {
      as: instances[0].key,
      headers: how === 'with a key' ? { 'idempotency-key': `key-${(keys += 1)}` } : {},
      body: {
        type: 'order_ready',
        user: how === 'given inline' ? { id: to } : to,
        context: ORDER,
        ...(later && { send_at: new Date(Date.now() + 3_600_000).toISOString() }),
      },
    });
    if (status !== 202) throw new Error(`A send was answered with ${status}.`);
  };
  const inboxes = () =>
    database.query<{ user_id: string; seqs: string[] | null; last: string; hidden: number }[]>(
      `SELECT c.user_id, c.last_seq AS last,
              array_agg(n.seq ORDER BY n.seq) FILTER (WHERE n.seq IS NOT NULL) AS seqs,
              count(*) FILTER (WHERE n.seq IS NULL)::int AS hidden
         FROM inbox_counters c JOIN notifications n ON n.user_id = c.user_id GROUP BY c.user_id, c.last_seq`,
    );
  const oneToN = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1));

  it('is 1 to n without gaps, however many send through two instances at once, planned ones when they are due', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aSend, { minLength: 5, maxLength: 60 }), async (sends) => {
        await Promise.all(sends.map(send));
        for (const { seqs, last } of await inboxes()) {
          expect(seqs ?? []).toEqual(oneToN(Number(last)));
        }
        await database.query(
          `UPDATE deliveries SET next_attempt_at = now() WHERE status = 'pending' AND channel = 'realtime'`,
        );
        await until(
          async () => ((await inboxes()).every(({ hidden }) => hidden === 0) ? true : undefined),
          'the planned ones',
          30_000,
        );
        for (const { seqs, last } of await inboxes()) expect(seqs).toEqual(oneToN(Number(last)));
      }),
      { numRuns: 8 },
    );
  }, 120_000);

  it('is the order of the commits: nobody who reads up to a place finds an earlier one later', async () => {
    const seen = new Map<string, number>();
    const state = { sending: true };
    const reader = (async () => {
      while (state.sending) {
        for (const { user_id: user, seqs: found } of await inboxes()) {
          const seqs = found ?? [];
          expect(seqs).toEqual(oneToN(seqs.length));
          expect(seqs.length).toBeGreaterThanOrEqual(seen.get(user) ?? 0);
          seen.set(user, seqs.length);
        }
      }
    })();
    const users = ['ana', 'ben', 'cem'];
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(
        Array.from({ length: 24 }, (_, index) =>
          send({
            at: index % 2 ? 1 : 0,
            to: users[index % 3] ?? '',
            how: index % 5 ? 'plain' : 'with a key',
            later: false,
          }),
        ),
      );
    }
    state.sending = false;
    await reader;
  }, 60_000);
});
