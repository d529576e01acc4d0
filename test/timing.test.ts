import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryFailure } from '../src/channels/failures.js';
import { TemplatesService } from '../src/templates/templates.service.js';
import { TestApp, until } from './support/app.js';
import { carried, type Loft, pigeons } from './support/pigeons.js';
import { type Accepted, decisionFor } from './support/requests.js';

/** Types of the test's own: what is told by pigeon, what stands in for what, and how long it is of use. */
const WORDS = `
category: {name: signal, display: Signals, optional: true, consent: opt-out, guarantee: at_least_once, valid_for: 1h}
types:
  note: {display: Note, priority: normal, valid_for: 2m, words: &words {en: {title: Hello, message: Hello., pigeon:
    {note: Coo.}, email: {subject: Hello, html: <p>Hello</p>, text: Hello.}}}}
  report: {display: Report, priority: normal, valid_for: 2d, words: *words}
  alarm: {display: Alarm, priority: normal, words: *words, chain: [{channel: pigeon}, {channel: email, after: failed}]}
  reminder: {display: Reminder, priority: normal, words: *words,
    chain: [{channel: realtime}, {channel: pigeon, after: 15m, unless: read}, {channel: email}]}
  code: {display: Code, priority: critical, valid_for: 5m, words: {en: {title: Code, message: '{{ code }}',
    sms: {text: 'Acme: Your code is {{ code }}.', options: {dlt: {template_id: '1107161234567890123', header: ACMEIN,
      category: transactional, pattern: 'Acme: Your code is {#numeric#}.'}}}}}}
`;

interface Row {
  id: string;
  channel: string;
  status: string;
  reason: string | null;
  detail: string | null;
  scheduled_for: string | null;
  expires_at: string | null;
  created_at: string;
}

describe('when deliveries go', () => {
  const loft: Loft = { send: (message) => Promise.resolve(carried(message)) };
  let service: TestApp;
  let database: pg.Client;
  let folder: string;
  beforeAll(async () => {
    const register = { DLT_ENABLED: 'true', DLT_ENTITY_ID: '1101234567890' };
    service = await TestApp.start(register, [pigeons(loft)]);
    database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
    folder = await mkdtemp(join(tmpdir(), 'signals-'));
    await writeFile(join(folder, 'signal.yaml'), WORDS);
    await service.app.get(TemplatesService, { strict: false }).load(folder);
  });
  afterAll(async () => {
    await database.end();
    await rm(folder, { recursive: true });
    await service.stop();
  });
  beforeEach(() => {
    loft.send = (message) => Promise.resolve(carried(message));
  });

  let people = 0;
  const tell = async (type: string, user: object = {}, more: object = {}, query = '') => {
    const id = `p${(people += 1)}`;
    const person = { id, first_name: 'Asha', email: `${id}@example.com`, ...user };
    const { status, body } = await service.call<Accepted>('POST', `/api/notifications${query}`, {
      body: { type, user: person, ...more },
    });
    expect(status, JSON.stringify(body)).toBe(query === '' ? 202 : 200);
    return body;
  };
  const rowOf = async ({ id }: Accepted, channel: string) => {
    const { body } = await service.call<{ results: Row[] }>('GET', `/api/notifications/${id}/deliveries`);
    return body.results.find((row) => row.channel === channel);
  };
  const becomes = (sent: Accepted, channel: string, reason: string) =>
    until(async () => {
      const row = await rowOf(sent, channel);
      return row && [row.status, row.reason].includes(reason) ? row : undefined;
    }, `${channel} to be ${reason}`);
  /** Changes a delivery behind the service's back: time has passed, or an event was lost. */
  const change = async (sent: Accepted, channel: string, set: string) => {
    const text = `UPDATE deliveries SET ${set} WHERE notification_id = $1 AND channel = $2`;
    await database.query(text, [sent.id, channel]);
  };

  describe('in quiet hours', () => {
    const clock = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
    const quiet = () => ({ quiet_hours: { start: clock(-2), end: clock(3) }, time_zone: 'UTC' });

    it('what interrupts waits for their end, and says so; the rest goes', async () => {
      const sent = await tell('report', quiet());
      const decision = decisionFor(sent, 'pigeon');
      expect(decision).toMatchObject({ status: 'pending', reason: 'quiet_hours' });
      expect(decision?.detail).toMatch(
        /^It waits until .*: it may interrupt in these hours only: the person's/,
      );
      const row = await rowOf(sent, 'pigeon');
      const { scheduled_for, detail } = row ?? {};
      expect(detail).toBe(decision?.detail);
      expect(+new Date(scheduled_for ?? 0) - Date.now()).toBeGreaterThan(2 * 3_600_000);
      expect(decisionFor(sent, 'realtime')?.status).toBe('delivered');
      await becomes(sent, 'email', 'sent');
    });

    it('what would be of no use at their end is not sent at all', async () => {
      const sent = await tell('note', quiet());
      expect(decisionFor(sent, 'pigeon')).toMatchObject({ status: 'skipped', reason: 'expired' });
      expect(decisionFor(sent, 'pigeon')?.detail).toMatch(/^It is useful until .*, and may not go before/);
    });

    it('that have begun since the plan, a delivery waits after all; it goes when they are over', async () => {
      await service.call('POST', '/api/channels/pigeon/pause');
      const sent = await tell('report');
      await service.call('PUT', `/api/users/${sent.user}`, { body: quiet() });
      await service.call('POST', '/api/channels/pigeon/resume');
      const held = await becomes(sent, 'pigeon', 'quiet_hours');
      expect(held.detail).toContain("the person's");
      expect(+new Date(held.scheduled_for ?? 0) - Date.now()).toBeGreaterThan(2 * 3_600_000);

      await service.call('PUT', `/api/users/${sent.user}`, { body: { quiet_hours: null } });
      await change(sent, 'pigeon', 'next_attempt_at = now()');
      await becomes(sent, 'pigeon', 'delivered');
    });
  });

  it('is until their type says that they are of no use, or the sender', async () => {
    const lifeOf = async (sent: Accepted, channel: string) => {
      const row = await rowOf(sent, channel);
      return row?.expires_at
        ? Math.round((+new Date(row.expires_at) - +new Date(row.created_at)) / 60_000)
        : null;
    };
    expect(await lifeOf(await tell('note'), 'pigeon')).toBe(2);
    expect(await lifeOf(await tell('alarm'), 'pigeon')).toBe(60);
    expect(await lifeOf(await tell('note'), 'realtime')).toBeNull();
    const expires_at = new Date(Date.now() + 30 * 60_000).toISOString();
    expect(await lifeOf(await tell('note', {}, { expires_at }), 'pigeon')).toBe(30);
  });

  describe('in a chain', () => {
    const no = () =>
      Promise.reject(new DeliveryFailure({ kind: 'content', code: 'L1', message: 'No.', provider: 'loft' }));

    it('the second waits for the first, and says so', async () => {
      const sent = await tell('alarm', {}, {}, '?dry_run=true');
      expect(decisionFor(sent, 'email')).toMatchObject({
        status: 'pending',
        reason: 'fallback',
        detail: 'It stands in for pigeon: it goes when that has failed.',
      });
      expect(decisionFor(sent, 'email')).not.toHaveProperty('scheduled_for');
    });

    it('is not needed when the first arrives', async () => {
      const sent = await tell('alarm');
      await becomes(sent, 'pigeon', 'delivered');
      expect(await becomes(sent, 'email', 'reached')).toMatchObject({ status: 'skipped' });
    });

    it('goes when the first has failed', async () => {
      loft.send = no;
      const sent = await tell('alarm');
      await becomes(sent, 'pigeon', 'failed');
      await becomes(sent, 'email', 'sent');
    });

    it('goes at once when the first is not to be sent', async () => {
      const sent = await tell('alarm', { preferences: { matrix: { signal: { pigeon: false } } } });
      expect(decisionFor(sent, 'pigeon')?.reason).toBe('preference_off');
      await becomes(sent, 'email', 'sent');
    });

    it('does not go while the outcome of the first is unknown', async () => {
      loft.send = () => Promise.reject(new Error('The line is dead.'));
      const sent = await tell('alarm');
      await becomes(sent, 'pigeon', 'unknown');
      await change(sent, 'email', `look_at = now() - interval '1 second'`);
      await until(async () => {
        const { rows } = await database.query<{ waits: boolean }>(
          `SELECT look_at > now() AS waits FROM deliveries WHERE notification_id = $1 AND channel = 'email'`,
          [sent.id],
        );
        return rows[0]?.waits === true ? true : undefined;
      }, 'the next look');
      expect(await rowOf(sent, 'email')).toMatchObject({ status: 'pending', reason: 'fallback' });
    });

    it('goes also when the event of the failure was lost', async () => {
      loft.send = () => Promise.reject(new Error('The line is dead.'));
      const sent = await tell('alarm');
      await becomes(sent, 'pigeon', 'unknown');
      await change(sent, 'pigeon', `status = 'failed', reason = 'unknown_outcome'`);
      await change(sent, 'email', 'look_at = now()');
      await becomes(sent, 'email', 'sent');
    });

    it('is cancelled with the rest', async () => {
      loft.send = () => Promise.reject(new Error('The line is dead.'));
      const sent = await tell('alarm');
      await becomes(sent, 'pigeon', 'unknown');
      await service.call('POST', `/api/notifications/${sent.id}/cancel`);
      expect(await rowOf(sent, 'email')).toMatchObject({ status: 'cancelled' });
    });

    it('goes after its time when nobody has read it, and what is left of the chain is not needed', async () => {
      const sent = await tell('reminder');
      expect(decisionFor(sent, 'pigeon')).toMatchObject({
        reason: 'fallback',
        detail:
          'It stands in for realtime: it goes when that has failed, or 900 seconds after that has gone, ' +
          'unless the person has read it by then.',
      });
      await change(sent, 'pigeon', 'follow_after = 0, look_at = now()');
      await becomes(sent, 'pigeon', 'delivered');
      await becomes(sent, 'email', 'reached');
    });

    it.each(['mark_read', 'archive', 'snooze'])('is not needed after %s', async (action) => {
      const sent = await tell('reminder');
      const body =
        action === 'snooze' ? { until: new Date(Date.now() + 3_600_000).toISOString() } : undefined;
      const path = `/api/notifications/${sent.id}/${action}`;
      const { status } = await service.call('POST', path, { as: await service.token(sent.user), body });
      expect(status).toBe(200);
      await change(sent, 'pigeon', 'follow_after = 0, look_at = now()');
      await becomes(sent, 'pigeon', 'reached');
      await becomes(sent, 'email', 'reached');
    });
  });

  it('a step that was let go and then had to wait is not needed by whoever has read it meanwhile', async () => {
    const sent = await tell('reminder');
    await service.call('POST', '/api/channels/pigeon/pause');
    await change(sent, 'pigeon', 'follow_after = 0, look_at = now()');
    await until(async () => {
      const row = await rowOf(sent, 'pigeon');
      return row?.status === 'pending' && row.reason !== 'fallback' ? row : undefined;
    }, 'it to be let go');
    const read = `/api/notifications/${sent.id}/mark_read`;
    await service.call('POST', read, { as: await service.token(sent.user) });
    await service.call('POST', '/api/channels/pigeon/resume');
    await becomes(sent, 'pigeon', 'reached');
    await becomes(sent, 'email', 'reached');
  });

  describe('to India', () => {
    const code = (value: string, query = '') => {
      const person = { phone: '+919876543210', preferences: { matrix: { signal: { sms: true } } } };
      return tell('code', person, { context: { code: value } }, query);
    };

    it('texts carry what they are registered under', async () => {
      const sent = await code('4711');
      await becomes(sent, 'sms', 'delivered');
      const { rows } = await database.query(
        `SELECT content FROM deliveries WHERE notification_id = $1 AND channel = 'sms'`,
        [sent.id],
      );
      const ids = {
        dlt_entity_id: '1101234567890',
        dlt_template_id: '1107161234567890123',
        dlt_header: 'ACMEIN',
      };
      expect(rows).toEqual([{ content: { text: 'Acme: Your code is 4711.', ...ids } }]);
    });

    it('texts that are not as they are registered are not sent, and the difference is shown before', async () => {
      for (const sent of [await code('abc', '?dry_run=true'), await code('abc')]) {
        const decision = decisionFor(sent, 'sms');
        expect(decision).toMatchObject({ status: 'skipped', reason: 'dlt_mismatch' });
        expect(decision?.detail).toContain('at character 20 it needs {#numeric#}, which is digits');
      }
    });
  });
});
