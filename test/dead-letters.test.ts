import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeliveryFailure, type FailureKind } from '../src/channels/failures.js';
import { SuppressionsService } from '../src/channels/suppressions.service.js';
import { TestApp, until } from './support/app.js';
import { environmentOf, runCli } from './support/cli.js';
import { carried, flyTo, type Loft, pigeons, teach } from './support/pigeons.js';

interface Shown {
  id: string;
  channel: string;
  status: string;
  reason: string | null;
  attempt: number;
  attempts: { attempt: number; outcome: string }[];
  interventions: { action: string; actor: string; forced: boolean; reason: string; error_code: string }[];
}

interface Replay {
  seen: number;
  retried: number;
  refused: { refusal: string; count: number; detail: string }[];
  sample: { id: string; outcome: string }[];
  remaining: number;
  next: string | null;
}

const refusing = (kind: FailureKind) => () =>
  Promise.reject(new DeliveryFailure({ kind, code: 'L1', message: 'The loft says no', provider: 'loft' }));
const carrying: Loft['send'] = (message) => Promise.resolve(carried(message));

describe('what has failed', () => {
  const loft: Loft = { send: carrying };
  let service: TestApp;
  let database: pg.Client;
  beforeAll(async () => {
    service = await TestApp.start({}, [pigeons(loft)]);
    database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
    await teach(service);
  });
  afterAll(async () => {
    await database.end();
    await service.stop();
  });

  const pigeonOf = async (notification: string, status: string) =>
    until(async () => {
      const path = `/api/notifications/${notification}/deliveries`;
      const { body } = await service.call<{ results: Shown[] }>('GET', path);
      return body.results.find((row) => row.channel === 'pigeon' && row.status === status);
    }, `the pigeon to be ${status}`);
  /** A pigeon that has failed for this reason. */
  const failed = async (user: string, kind: FailureKind = 'country', more: Record<string, unknown> = {}) => {
    loft.send = refusing(kind);
    const { body } = await flyTo(service, user, more);
    return { notification: body.id, ...(await pigeonOf(body.id, 'failed')) };
  };
  const retry = (id: string, body: Record<string, unknown> = {}) =>
    service.call<{ outcome: string; refusal: string | null; detail: string }>(
      'POST',
      `/api/deliveries/${id}/retry`,
      { body },
    );
  const retryAll = async (body: Record<string, unknown>) =>
    (await service.call<Replay>('POST', '/api/deliveries/retry', { body })).body;

  it('is tried again when somebody asks, with its history and who asked', async () => {
    const { id, notification } = await failed('again');
    loft.send = carrying;
    expect((await retry(id)).body).toMatchObject({ outcome: 'retried', refusal: null });
    const shown = await pigeonOf(notification, 'delivered');
    expect(shown.attempts).toMatchObject([
      { attempt: 1, outcome: 'failed' },
      { attempt: 2, outcome: 'delivered' },
    ]);
    expect(shown.interventions).toMatchObject([
      { action: 'retry', forced: false, reason: 'country', error_code: 'L1' },
    ]);
    expect(shown.interventions[0]?.actor).toMatch(/^service:/);
    const { body } = await service.call<{ channels: { channel: string; history: { what: string }[] }[] }>(
      'GET',
      `/api/notifications/${notification}/explain`,
    );
    const history = body.channels.find(({ channel }) => channel === 'pigeon')?.history;
    expect(history?.map(({ what }) => what)).toEqual(['planned', 'attempt', 'retry', 'attempt']);
  });

  it('is tried again once, however many ask', async () => {
    const { id, notification } = await failed('rivals');
    let flown = 0;
    loft.send = (message) => {
      flown += 1;
      return carrying(message);
    };
    const answers = await Promise.all(Array.from({ length: 8 }, () => retry(id)));
    expect(answers.filter(({ body }) => body.outcome === 'retried')).toHaveLength(1);
    expect((await pigeonOf(notification, 'delivered')).interventions).toHaveLength(1);
    expect(flown).toBe(1);
  });

  it('has room for as many attempts as the first time', async () => {
    const { id } = await failed('room');
    await database.query('UPDATE deliveries SET attempt = 8 WHERE id = $1', [id]);
    loft.send = refusing('not_accepted');
    await retry(id);
    const shown = await until(async () => {
      const { body } = await service.call<Shown>('GET', `/api/deliveries/${id}`);
      // The row is read a moment before its attempts.
      if (body.status === 'sending') return undefined;
      return body.attempts.some(({ attempt, outcome }) => attempt === 9 && outcome) ? body : undefined;
    }, 'the ninth attempt');
    expect(shown).toMatchObject({ status: 'pending', reason: 'retry' });
  });

  it('is not repeated where it may have arrived or the words were refused, unless it is forced', async () => {
    const { id: unsure } = await failed('unsure');
    await database.query(`UPDATE deliveries SET reason = 'unknown_outcome' WHERE id = $1`, [unsure]);
    const { id: words } = await failed('words', 'content');
    expect((await retry(unsure)).body.refusal).toBe('may_have_arrived');
    const { body } = await retry(words);
    expect(body).toMatchObject({ outcome: 'refused', refusal: 'same_words' });
    expect(body.detail).toContain('force');
    loft.send = carrying;
    for (const id of [unsure, words]) {
      expect((await retry(id, { force: true })).body.outcome).toBe('retried');
    }
  });

  it('stays where it is past its time, to a closed address, and when it has not failed', async () => {
    const { id: late } = await failed('late', 'country', {
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    });
    await database.query(`UPDATE deliveries SET expires_at = now() WHERE id = $1`, [late]);
    const { id: closed } = await failed('closed');
    await service.app
      .get(SuppressionsService, { strict: false })
      .close({ channel: 'pigeon', address: 'roof of closed' }, 'stopped', { source: 'reply' });
    expect((await retry(late, { force: true })).body.refusal).toBe('expired');
    expect((await retry(closed, { force: true })).body.refusal).toBe('suppressed');
    loft.send = carrying;
    const { body } = await flyTo(service, 'well');
    expect((await retry((await pigeonOf(body.id, 'delivered')).id)).body.refusal).toBe('not_failed');
    expect((await retry(body.id)).status).toBe(404);
  });

  it('is counted and shown in a dry run, and tried again in steps that say how far they have come', async () => {
    for (const user of ['crowd', 'crowd', 'crowd']) await failed(user);
    const { id: unsure } = await failed('crowd');
    await database.query(`UPDATE deliveries SET reason = 'unknown_outcome' WHERE id = $1`, [unsure]);
    const dry = await retryAll({ user: 'crowd', dry_run: true });
    expect(dry).toMatchObject({
      seen: 4,
      retried: 3,
      refused: [{ refusal: 'may_have_arrived', count: 1 }],
      remaining: 0,
      next: null,
    });
    expect(dry.sample.map(({ outcome }) => outcome)).toContain('would_be_retried');
    expect(await retryAll({ user: 'crowd', error_code: 'other' })).toMatchObject({ seen: 0 });
    expect(await retryAll({ user: 'crowd', created_after: '2999-01-01' })).toMatchObject({ seen: 0 });

    loft.send = carrying;
    const first = await retryAll({ user: 'crowd', limit: 2 });
    expect(first).toMatchObject({ seen: 2, retried: 2, remaining: 2 });
    const second = await retryAll({ user: 'crowd', limit: 2, after: first.next });
    expect(second).toMatchObject({ seen: 2, retried: 1, remaining: 0, next: null });
    await until(async () => {
      const path = '/api/deliveries?user=crowd&channel=pigeon&status=delivered';
      const { body } = await service.call<{ results: Shown[] }>('GET', path);
      return body.results.length === 3 || undefined;
    }, 'the three pigeons');
  });

  it('is the business of staff and of services with the scope', async () => {
    const { id } = await failed('private');
    const person = await service.token('private');
    const refused = await service.call('POST', `/api/deliveries/${id}/retry`, { as: person, body: {} });
    expect(refused.status).toBe(403);
    const colleague = await service.token('7', { is_staff: true });
    loft.send = carrying;
    await service.call('POST', `/api/deliveries/${id}/retry`, { as: colleague, body: {} });
    const { body } = await service.call<Shown>('GET', `/api/deliveries/${id}`);
    expect(body.interventions).toMatchObject([{ actor: 'user:7' }]);
  });

  describe('on the command line', () => {
    const cli = (...args: string[]) => runCli(['dead-letters', ...args], environmentOf(service));

    it('is listed and retried, by whom is written down, and progress goes to stderr', async () => {
      const { id, notification } = await failed('cli');
      const listed = await cli('list', '--user', 'cli');
      expect([listed.exit, listed.out]).toEqual([0, expect.stringContaining(id)]);
      const dry = await cli('retry', '--user', 'cli', '--dry-run', '--json');
      expect(dry.json()).toMatchObject({ ok: true, dry_run: true, seen: 1, retried: 1 });
      expect(dry.err).toContain('1 looked at');
      loft.send = carrying;
      const done = await cli('retry', '--user', 'cli');
      expect([done.exit, done.out]).toEqual([0, '1 deliveries are due again.\n']);
      const { interventions } = await pigeonOf(notification, 'delivered');
      expect(interventions[0]?.actor).toMatch(/^operator:/);
    });

    it('ends with 5 where all addresses are closed, with 1 where force is needed, with 2 when called wrongly', async () => {
      expect((await cli('retry', '--user', 'closed')).exit).toBe(5);
      expect((await cli('retry', '--user', 'crowd')).exit).toBe(1);
      expect((await cli('bury')).exit).toBe(2);
      expect((await cli('list', '--created-after', 'soon')).exit).toBe(2);
    });
  });
});
