import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryFailure } from '../src/channels/failures.js';
import { Fallbacks } from '../src/deliveries/fallbacks.js';
import { until } from './support/app.js';
import { carried, type Loft } from './support/pigeons.js';
import { decisionFor } from './support/requests.js';
import { Signals } from './support/signals.js';

describe('in a chain', () => {
  const loft: Loft = { send: (message) => Promise.resolve(carried(message)) };
  let signals: Signals;
  beforeAll(async () => {
    signals = await Signals.start(loft);
  });
  afterAll(() => signals.stop());
  beforeEach(() => {
    loft.send = (message) => Promise.resolve(carried(message));
  });

  const no = () =>
    Promise.reject(new DeliveryFailure({ kind: 'content', code: 'L1', message: 'No.', provider: 'loft' }));

  it('the second waits for the first, and says so', async () => {
    const sent = await signals.tell('alarm', {}, {}, '?dry_run=true');
    expect(decisionFor(sent, 'email')).toMatchObject({
      status: 'pending',
      reason: 'fallback',
      detail: 'It stands in for pigeon: it goes when that has failed.',
    });
    expect(decisionFor(sent, 'email')).not.toHaveProperty('scheduled_for');
  });

  it('is not needed when the first arrives', async () => {
    const sent = await signals.tell('alarm');
    await signals.becomes(sent, 'pigeon', 'delivered');
    expect(await signals.becomes(sent, 'email', 'reached')).toMatchObject({ status: 'skipped' });
  });

  it('goes when the first has failed', async () => {
    loft.send = no;
    const sent = await signals.tell('alarm');
    await signals.becomes(sent, 'pigeon', 'failed');
    await signals.becomes(sent, 'email', 'sent');
  });

  it('goes at once when the first is not to be sent', async () => {
    const sent = await signals.tell('alarm', { preferences: { matrix: { signal: { pigeon: false } } } });
    expect(decisionFor(sent, 'pigeon')?.reason).toBe('preference_off');
    await signals.becomes(sent, 'email', 'sent');
  });

  it('does not go while the outcome of the first is unknown', async () => {
    loft.send = () => Promise.reject(new Error('The line is dead.'));
    const sent = await signals.tell('alarm');
    await signals.becomes(sent, 'pigeon', 'unknown');
    await signals.lookedAt(sent, 'email');
    expect(await signals.rowOf(sent, 'email')).toMatchObject({ status: 'pending', reason: 'fallback' });
  });

  it('goes also when the event of the failure was lost', async () => {
    loft.send = () => Promise.reject(new Error('The line is dead.'));
    const sent = await signals.tell('alarm');
    await signals.becomes(sent, 'pigeon', 'unknown');
    await signals.change(sent, 'pigeon', `status = 'failed', reason = 'unknown_outcome'`);
    await signals.change(sent, 'email', 'look_at = now()');
    await signals.becomes(sent, 'email', 'sent');
  });

  it('is cancelled with the rest', async () => {
    loft.send = () => Promise.reject(new Error('The line is dead.'));
    const sent = await signals.tell('alarm');
    await signals.becomes(sent, 'pigeon', 'unknown');
    await signals.service.call('POST', `/api/notifications/${sent.id}/cancel`);
    expect(await signals.rowOf(sent, 'email')).toMatchObject({ status: 'cancelled' });
  });

  it('goes after its time when nobody has read it, and what is left of the chain is not needed', async () => {
    const sent = await signals.tell('reminder');
    expect(decisionFor(sent, 'pigeon')).toMatchObject({
      reason: 'fallback',
      detail:
        'It stands in for realtime: it goes when that has failed, or 900 seconds after that has gone, ' +
        'unless the person has read it by then.',
    });
    await signals.change(sent, 'pigeon', 'follow_after = 0, look_at = now()');
    await signals.becomes(sent, 'pigeon', 'delivered');
    await signals.becomes(sent, 'email', 'reached');
  });

  it.each(['mark_read', 'archive', 'snooze'])('is not needed after %s', async (action) => {
    const sent = await signals.tell('reminder');
    const body = action === 'snooze' ? { until: new Date(Date.now() + 3_600_000).toISOString() } : undefined;
    const path = `/api/notifications/${sent.id}/${action}`;
    const { status } = await signals.service.call('POST', path, {
      as: await signals.service.token(sent.user),
      body,
    });
    expect(status).toBe(200);
    await signals.change(sent, 'pigeon', 'follow_after = 0, look_at = now()');
    await signals.becomes(sent, 'pigeon', 'reached');
    await signals.becomes(sent, 'email', 'reached');
  });

  it('a step that was let go and then had to wait is not needed by whoever has read it meanwhile', async () => {
    const sent = await signals.tell('reminder');
    await signals.service.call('POST', '/api/channels/pigeon/pause');
    await signals.change(sent, 'pigeon', 'follow_after = 0, look_at = now()');
    await until(async () => {
      const row = await signals.rowOf(sent, 'pigeon');
      return row?.status === 'pending' && row.reason !== 'fallback' ? row : undefined;
    }, 'it to be let go');
    const read = `/api/notifications/${sent.id}/mark_read`;
    await signals.service.call('POST', read, { as: await signals.service.token(sent.user) });
    await signals.service.call('POST', '/api/channels/pigeon/resume');
    await signals.becomes(sent, 'pigeon', 'reached');
    await signals.becomes(sent, 'email', 'reached');
  });

  describe('whose first channel is held', () => {
    const pause = (channel: string) => signals.service.call('POST', `/api/channels/${channel}/pause`);
    const resume = (channel: string) => signals.service.call('POST', `/api/channels/${channel}/resume`);
    /** Something that has waited for its channel since so many minutes, of the hour in which it is of use. */
    const waiting = async (type: string, minutes: number) => {
      await pause('pigeon');
      const sent = await signals.tell(type);
      const since = `now() - interval '${minutes} minutes'`;
      await signals.change(
        sent,
        'pigeon',
        `next_attempt_at = ${since}, expires_at = ${since} + interval '1 hour'`,
      );
      await signals.change(sent, 'email', `created_at = ${since}, expires_at = ${since} + interval '1 hour'`);
      return sent;
    };
    afterEach(async () => {
      for (const channel of ['pigeon', 'email']) await resume(channel);
    });

    it('the next step goes when half of the time is over, and the first one never does', async () => {
      const flown: string[] = [];
      loft.send = (message) => {
        flown.push(message.notificationId);
        return Promise.resolve(carried(message));
      };
      const sent = await waiting('alarm', 31);
      await signals.change(sent, 'email', 'look_at = now()');
      await signals.becomes(sent, 'email', 'sent');
      expect(await signals.rowOf(sent, 'pigeon')).toMatchObject({
        status: 'skipped',
        reason: 'gave_way',
        detail: 'Its channel was held for too long: email goes in its place.',
      });
      await resume('pigeon');
      const next = await signals.tell('alarm');
      await signals.becomes(next, 'pigeon', 'delivered');
      expect(flown).toEqual([next.id]);
    });

    it('the first step keeps its turn until then, and just then it is looked at again', async () => {
      const sent = await waiting('alarm', 20);
      const seconds = await signals.lookedAt(sent, 'email');
      expect(seconds).toBeGreaterThan(300);
      expect(seconds).toBeLessThanOrEqual(600);
      expect(await signals.rowOf(sent, 'email')).toMatchObject({ status: 'pending', reason: 'fallback' });
      await resume('pigeon');
      await signals.becomes(sent, 'pigeon', 'delivered');
      await signals.becomes(sent, 'email', 'reached');
    });

    it('the next step goes after its own time, where that is shorter', async () => {
      const sent = await waiting('notice', 12);
      expect(await signals.lookedAt(sent, 'email')).toBeLessThanOrEqual(180);
      expect(await signals.rowOf(sent, 'pigeon')).toMatchObject({
        status: 'pending',
        reason: 'channel_paused',
      });
      await signals.change(sent, 'pigeon', `next_attempt_at = now() - interval '16 minutes'`);
      await signals.change(sent, 'email', 'look_at = now()');
      await signals.becomes(sent, 'email', 'sent');
      await signals.becomes(sent, 'pigeon', 'gave_way');
    });

    it('nobody gives way to a channel that is held as well', async () => {
      await pause('email');
      const sent = await waiting('alarm', 40);
      await signals.lookedAt(sent, 'email');
      expect(await signals.rowOf(sent, 'pigeon')).toMatchObject({
        status: 'pending',
        reason: 'channel_paused',
      });
      expect(await signals.rowOf(sent, 'email')).toMatchObject({ status: 'pending', reason: 'fallback' });
      await resume('email');
      await signals.change(sent, 'email', 'look_at = now()');
      await signals.becomes(sent, 'email', 'sent');
      await signals.becomes(sent, 'pigeon', 'gave_way');
    });

    it('what nobody takes, although it is tried again and again, has waited since the first try', async () => {
      const sent = await waiting('alarm', 0);
      const refused = `hold_reason = 'breaker_open', next_attempt_at = now() + interval '10 minutes'`;
      await signals.change(sent, 'pigeon', refused);
      await signals.database.query(
        `INSERT INTO delivery_attempts (delivery_id, attempt, lease_token, outcome, started_at)
         SELECT id, 1, gen_random_uuid(), 'pending', now() - interval '61 minutes' FROM deliveries
          WHERE notification_id = $1 AND channel = 'pigeon'`,
        [sent.id],
      );
      await resume('pigeon');
      await signals.change(sent, 'email', 'look_at = now()');
      await signals.becomes(sent, 'email', 'sent');
      await signals.becomes(sent, 'pigeon', 'gave_way');
    });

    it('a worker that has the first step in hand comes first', async () => {
      const sent = await waiting('alarm', 40);
      const worker = new pg.Client({ connectionString: signals.service.databaseUrl });
      await worker.connect();
      const own = `WHERE notification_id = '${sent.id}' AND channel = 'pigeon'`;
      await worker.query('BEGIN');
      await worker.query(`SELECT FROM deliveries ${own} FOR UPDATE`);
      await signals.change(sent, 'email', 'look_at = now()');
      const fallbacks = signals.service.app.get(Fallbacks, { strict: false });
      await fallbacks.look(['email']);
      await worker.query(
        `UPDATE deliveries SET status = 'sending', attempt = 1, lease_token = gen_random_uuid(),
                lease_until = now() + interval '1 hour' ${own}`,
      );
      await worker.query('COMMIT');
      await worker.end();
      await signals.lookedAt(sent, 'email');
      expect(await signals.rowOf(sent, 'pigeon')).toMatchObject({ status: 'sending' });
      expect(await signals.rowOf(sent, 'email')).toMatchObject({ status: 'pending', reason: 'fallback' });
    });
  });
});
