import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Reconciler } from '../src/channels/reconciler.js';
import { Backlog } from '../src/deliveries/backlog.js';
import { Leases } from '../src/deliveries/leases.js';
import { ProviderReports } from '../src/deliveries/provider-reports.js';
import { TestApp, until } from './support/app.js';

const ORDER = { order: { id: '1', order_number: 'ORD1', pickup_date: '2026-01-05', total_amount: '500.00' } };

interface Row {
  id: string;
  channel: string;
  status: string;
  reason: string | null;
  attempt: number;
  provider_id: string | null;
}

/** The ledger under the hands of this test alone: nothing is dispatched by itself. */
describe('the delivery engine', () => {
  let service: TestApp;
  let database: pg.Client;
  let leases: Leases;
  let backlog: Backlog;
  let reports: ProviderReports;
  beforeAll(async () => {
    // An API without a worker: rows stay where the test puts them.
    service = await TestApp.start({ ROLE: 'api' });
    database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
    leases = service.app.get(Leases, { strict: false });
    backlog = service.app.get(Backlog, { strict: false });
    reports = service.app.get(ProviderReports, { strict: false });
  });
  afterAll(async () => {
    await database.end();
    await service.stop();
  });

  let people = 0;
  const pending = async (more: Record<string, unknown> = {}) => {
    people += 1;
    const { body } = await service.call<{ id: string }>('POST', '/api/notifications', {
      body: {
        type: 'order_confirmed',
        user: {
          id: `p${people}`,
          phone: `+9198765${String(10_000 + people)}`,
          preferences: { order_updates_sms: true },
        },
        context: ORDER,
        channels: ['sms'],
        ...more,
      },
    });
    const [row] = await rowsOf(body.id);
    if (!row) throw new Error('no delivery');
    return row;
  };
  const rowsOf = async (notification: string) => {
    const { body } = await service.call<{ results: Row[] }>(
      'GET',
      `/api/notifications/${notification}/deliveries`,
    );
    return body.results.filter(({ channel }) => channel === 'sms');
  };
  const stateOf = async (id: string) =>
    (
      await database.query<{ status: string; attempt: number; provider_rank: number; reason: string | null }>(
        'SELECT * FROM deliveries WHERE id = $1',
        [id],
      )
    ).rows[0];
  const report = (id: string, attempt: number, rank: number, status: 'sent' | 'delivered' | 'failed') =>
    reports.apply({
      provider: 'twilio',
      providerId: `SM-${id}-${attempt}`,
      deliveryId: id,
      attempt,
      word: status,
      rank,
      status,
      reason: status === 'failed' ? 'undelivered' : null,
      fault: status === 'failed' ? 'provider' : null,
      delay: 0,
      errorCode: null,
      errorMessage: null,
      payload: {},
    });
  /** Passed by while the send still takes back that somebody was told of it. */
  const claim = (id: string) => until(async () => (await leases.claim(id)) ?? undefined, 'the claim');

  it('gives a row to one of many who want it', async () => {
    const { id } = await pending();
    const claims = await Promise.all(Array.from({ length: 20 }, () => leases.claim(id)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await stateOf(id)).toMatchObject({ status: 'sending', attempt: 1 });
  });

  it('takes the word of the leasing worker only', async () => {
    const { id } = await pending();
    const { attempt, leaseToken } = await claim(id);
    const stranger = '00000000-0000-4000-8000-000000000000';
    expect(await leases.settle({ id, attempt, leaseToken: stranger, status: 'failed' })).toBe(false);
    expect(
      await leases.settle({
        id,
        attempt,
        leaseToken,
        status: 'sent',
        provider: 'twilio',
        providerId: `SM-${id}-1`,
        providerStatus: 'queued',
        providerRank: 1,
      }),
    ).toBe(true);
    expect(await leases.settle({ id, attempt, leaseToken, status: 'failed' })).toBe(false);
    expect(await stateOf(id)).toMatchObject({ status: 'sent' });
  });

  it('does not count an attempt that was no call', async () => {
    const { id } = await pending();
    const { attempt, leaseToken } = await claim(id);
    await leases.settle({ id, attempt, leaseToken, status: 'pending', delay: 0, counts: false });
    expect(await stateOf(id)).toMatchObject({ status: 'pending', attempt: 0 });
  });

  it('calls a row unknown whose lease is over, and keeps it from being sent blindly', async () => {
    const { id } = await pending();
    await claim(id);
    await database.query(`UPDATE deliveries SET lease_until = now() - interval '1 second' WHERE id = $1`, [
      id,
    ]);
    await leases.reap();
    expect(await stateOf(id)).toMatchObject({ status: 'unknown', attempt: 1 });
    expect(await leases.claim(id)).toBeNull();
  });

  it('asks the carrier after an unknown one: what it has is kept, what it has not is sent again', async () => {
    const [lost, taken] = [await pending(), await pending()];
    for (const { id } of [lost, taken]) await claim(id);
    const { rows } = await database.query<{ address: string; content: { text: string } }>(
      'SELECT * FROM deliveries WHERE id = $1',
      [taken.id],
    );
    const [row] = rows;
    await service.call('GET', '/health/live');
    const sandboxUrl = new URL(service.sandbox.accountUrl);
    const authorization = `Basic ${Buffer.from(`${sandboxUrl.username}:${decodeURIComponent(sandboxUrl.password)}`).toString('base64')}`;
    await fetch(`${service.sandbox.url}/2010-04-01/Accounts/${sandboxUrl.username}/Messages.json`, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({
        To: row?.address ?? '',
        From: '+15005550006',
        Body: row?.content.text ?? '',
      }),
    });
    await database.query(
      `UPDATE deliveries SET status = 'unknown', lease_token = NULL, lease_until = NULL, updated_at = now() - interval '10 minutes' WHERE id = ANY($1)`,
      [[lost.id, taken.id]],
    );
    await service.app.get(Reconciler, { strict: false }).round();
    expect(['sent', 'delivered']).toContain((await stateOf(taken.id))?.status);
    expect(await stateOf(lost.id)).toMatchObject({ status: 'pending' });
    expect(await service.sandbox.messages({ channel: 'sms', to: row?.address ?? '' })).toHaveLength(1);
  });

  it('lets callbacks move a row forward only, in whatever order and number they come', async () => {
    const { id } = await pending();
    const { attempt, leaseToken } = await claim(id);
    await leases.settle({
      id,
      attempt,
      leaseToken,
      status: 'sent',
      provider: 'twilio',
      providerId: `SM-${id}-1`,
      providerRank: 1,
    });
    await report(id, 1, 6, 'delivered');
    await report(id, 1, 3, 'sent');
    await report(id, 1, 6, 'delivered');
    await report(id, 1, 5, 'failed');
    expect(await stateOf(id)).toMatchObject({ status: 'delivered', provider_rank: 6 });
    const { rows } = await database.query(
      'SELECT applied FROM provider_events WHERE delivery_id = $1 ORDER BY id',
      [id],
    );
    expect(rows).toEqual([{ applied: true }, { applied: false }, { applied: false }, { applied: false }]);
  });

  it('believes a callback that comes before our own commit', async () => {
    const { id } = await pending();
    const { attempt, leaseToken } = await claim(id);
    await report(id, 1, 6, 'delivered');
    expect(await stateOf(id)).toMatchObject({ status: 'sending' });
    await leases.settle({
      id,
      attempt,
      leaseToken,
      status: 'sent',
      provider: 'twilio',
      providerId: `SM-${id}-1`,
      providerRank: 1,
    });
    expect(await stateOf(id)).toMatchObject({ status: 'delivered', provider_rank: 6 });
  });

  it('finds the outcome of a worker that died, when the carrier has spoken', async () => {
    const { id } = await pending();
    await claim(id);
    await report(id, 1, 6, 'delivered');
    await database.query(`UPDATE deliveries SET lease_until = now() - interval '1 second' WHERE id = $1`, [
      id,
    ]);
    await leases.reap();
    expect(await stateOf(id)).toMatchObject({ status: 'delivered' });
  });

  it('keeps the word of an earlier attempt out of a later one', async () => {
    const { id } = await pending();
    const { attempt, leaseToken } = await claim(id);
    await leases.settle({ id, attempt, leaseToken, status: 'pending', delay: 0 });
    await claim(id);
    await report(id, 1, 5, 'failed');
    expect(await stateOf(id)).toMatchObject({ status: 'sending', attempt: 2, provider_rank: 0 });
  });

  it('sends nothing that is past its time', async () => {
    const { id } = await pending({ expires_at: new Date(Date.now() + 400).toISOString() });
    await until(async () => ((await backlog.expire()) > 0 ? true : undefined), 'the expiry');
    expect(await leases.claim(id)).toBeNull();
    expect(await stateOf(id)).toMatchObject({ status: 'skipped', reason: 'expired' });
  });

  it('stops what is cancelled before it begins', async () => {
    const { id } = await pending();
    const { rows } = await database.query<{ notification_id: string }>(
      'SELECT notification_id FROM deliveries WHERE id = $1',
      [id],
    );
    const { body } = await service.call<{ cancelled: number }>(
      'POST',
      `/api/notifications/${rows[0]?.notification_id ?? ''}/cancel`,
    );
    expect(body.cancelled).toBe(1);
    expect(await leases.claim(id)).toBeNull();
  });

  it('takes up by the sweep what no event told of', async () => {
    const { id } = await pending();
    await database.query('UPDATE deliveries SET hinted_at = NULL WHERE id = $1', [id]);
    const due = await backlog.due({ sms: 1000 });
    expect(due.map((row) => row.id)).toContain(id);
    expect((await backlog.due({ sms: 1000 })).map((row) => row.id)).not.toContain(id);
  });
});
