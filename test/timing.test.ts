import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { carried, type Loft } from './support/pigeons.js';
import { type Accepted, decisionFor } from './support/requests.js';
import { Signals } from './support/signals.js';

describe('when deliveries go', () => {
  const loft: Loft = { send: (message) => Promise.resolve(carried(message)) };
  let signals: Signals;
  beforeAll(async () => {
    signals = await Signals.start(loft, { DLT_ENABLED: 'true', DLT_ENTITY_ID: '1101234567890' });
  });
  afterAll(() => signals.stop());

  describe('in quiet hours', () => {
    const clock = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
    const quiet = () => ({ quiet_hours: { start: clock(-2), end: clock(3) }, time_zone: 'UTC' });

    it('what interrupts waits for their end, and says so; the rest goes', async () => {
      const sent = await signals.tell('report', quiet());
      const decision = decisionFor(sent, 'pigeon');
      expect(decision).toMatchObject({ status: 'pending', reason: 'quiet_hours' });
      expect(decision?.detail).toMatch(
        /^It waits until .*: it may interrupt in these hours only: the person's/,
      );
      const row = await signals.rowOf(sent, 'pigeon');
      const { scheduled_for, detail } = row ?? {};
      expect(detail).toBe(decision?.detail);
      expect(+new Date(scheduled_for ?? 0) - Date.now()).toBeGreaterThan(2 * 3_600_000);
      expect(decisionFor(sent, 'realtime')?.status).toBe('delivered');
      await signals.becomes(sent, 'email', 'sent');
    });

    it('what would be of no use at their end is not sent at all', async () => {
      const sent = await signals.tell('note', quiet());
      expect(decisionFor(sent, 'pigeon')).toMatchObject({ status: 'skipped', reason: 'expired' });
      expect(decisionFor(sent, 'pigeon')?.detail).toMatch(/^It is useful until .*, and may not go before/);
    });

    it('that have begun since the plan, a delivery waits after all; it goes when they are over', async () => {
      await signals.service.call('POST', '/api/channels/pigeon/pause');
      const sent = await signals.tell('report');
      await signals.service.call('PUT', `/api/users/${sent.user}`, { body: quiet() });
      await signals.service.call('POST', '/api/channels/pigeon/resume');
      const held = await signals.becomes(sent, 'pigeon', 'quiet_hours');
      expect(held.detail).toContain("the person's");
      expect(+new Date(held.scheduled_for ?? 0) - Date.now()).toBeGreaterThan(2 * 3_600_000);

      await signals.service.call('PUT', `/api/users/${sent.user}`, { body: { quiet_hours: null } });
      await signals.change(sent, 'pigeon', 'next_attempt_at = now()');
      await signals.becomes(sent, 'pigeon', 'delivered');
    });
  });

  it('is until their type says that they are of no use, or the sender', async () => {
    const lifeOf = async (sent: Accepted, channel: string) => {
      const row = await signals.rowOf(sent, channel);
      return row?.expires_at
        ? Math.round((+new Date(row.expires_at) - +new Date(row.created_at)) / 60_000)
        : null;
    };
    expect(await lifeOf(await signals.tell('note'), 'pigeon')).toBe(2);
    expect(await lifeOf(await signals.tell('alarm'), 'pigeon')).toBe(60);
    expect(await lifeOf(await signals.tell('note'), 'realtime')).toBeNull();
    const expires_at = new Date(Date.now() + 30 * 60_000).toISOString();
    expect(await lifeOf(await signals.tell('note', {}, { expires_at }), 'pigeon')).toBe(30);
  });

  describe('to India', () => {
    const code = (value: string, query = '') => {
      const person = { phone: '+919876543210', preferences: { matrix: { signal: { sms: true } } } };
      return signals.tell('code', person, { context: { code: value } }, query);
    };

    it('texts carry what they are registered under', async () => {
      const sent = await code('4711');
      await signals.becomes(sent, 'sms', 'delivered');
      const { rows } = await signals.database.query(
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
