import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Claimed, Leases, type Outcome } from '../src/deliveries/leases.js';
import { TestApp, until } from './support/app.js';
import { calmZone } from './support/calm.zone.js';
import { decisionFor, send } from './support/requests.js';

/** A delivery, as the API shows it. */
interface Row {
  status: string;
  reason: string | null;
  detail: string | null;
  scheduled_for: string | null;
}

const minutesTo = ({ scheduled_for }: Row) => (+new Date(scheduled_for ?? 0) - Date.now()) / 60_000;

/** A service in which nothing is dispatched by itself: the test is the worker. */
function workless(env: Record<string, string>) {
  let service: TestApp;
  let database: pg.Client;
  let leases: Leases;
  beforeAll(async () => {
    service = await TestApp.start({ ROLE: 'api', ...env });
    database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
    leases = service.app.get(Leases, { strict: false });
  });
  afterAll(async () => {
    await database.end();
    await service.stop();
  });

  let people = 0;
  const planned = async (more: Record<string, unknown> = {}) => {
    const phone = `+91987650${String((people += 1)).padStart(4, '0')}`;
    const user = {
      id: `h${people}`,
      phone,
      email: `h${people}@example.com`,
      preferences: { order_updates_sms: true },
    };
    const { body } = await send(service, user, { channels: ['sms'], ...more });
    const idOf = (channel: string) => decisionFor(body, channel)?.id ?? '';
    return { sms: idOf('sms'), email: idOf('email') };
  };
  const change = (id: string, set: string) =>
    database.query(`UPDATE deliveries SET ${set} WHERE id = $1`, [id]);
  const deliveryOf = async (id: string) => (await service.call<Row>('GET', `/api/deliveries/${id}`)).body;
  // A sweep that looks at the row just then keeps it for a moment.
  const taken = (id: string) =>
    until(async () => (await leases.claim(id, null, true)) ?? undefined, 'the claim');
  /** The row when it has been turned away. */
  const refused = async (id: string) => {
    await change(id, 'next_attempt_at = now()');
    return until(async () => {
      if (await leases.claim(id, null, true)) throw new Error('It was let through.');
      const row = await deliveryOf(id);
      return row.status !== 'pending' || minutesTo(row) > 0 ? row : undefined;
    }, 'the refusal');
  };
  const settle = (
    { id, attempt, leaseToken }: Claimed,
    status: Outcome['status'],
    more: Partial<Outcome> = {},
  ) =>
    leases.settle({
      id,
      attempt,
      leaseToken,
      status,
      ...(status === 'sent' && { provider: 'twilio', providerRank: 1 }),
      ...more,
    });
  const written = async (id: string) => {
    const { rows } = await database.query<{ scope: string; messages: number }>(
      `SELECT scope, sum(messages)::int AS messages FROM spending s JOIN deliveries d ON s.key IN (d.user_id, d.address)
        WHERE d.id = $1 GROUP BY 1 ORDER BY 1`,
      [id],
    );
    return rows.map(({ scope, messages }) => [scope, messages]);
  };
  return { planned, change, deliveryOf, taken, refused, settle, written };
}

describe('how often somebody is written to an hour', () => {
  const { planned, taken, settle, written } = workless({});

  it('does not count what was no call, nor what the carrier has not taken', async () => {
    const { sms: id } = await planned();
    // One more than may go to one number in an hour.
    for (let looks = 0; looks <= 20; looks += 1)
      await settle(await taken(id), 'pending', { counts: looks === 1 || looks === 2 });
    expect(await written(id)).toEqual([
      ['address_hour', 0],
      ['user_hour', 0],
    ]);
    await settle(await taken(id), 'sent');
    expect(await written(id)).toEqual([
      ['address_hour', 1],
      ['user_hour', 1],
    ]);
  });
});

describe('what a cap holds back', () => {
  const { planned, change, deliveryOf, taken, refused, settle } = workless({
    CAP_ALL_DAY: '2 messages',
    CAP_TIME_ZONE: calmZone(),
  });

  it('asks again in a minute while some of what fills it is on its way, then waits for the next day', async () => {
    const first = await taken((await planned()).sms);
    const second = await taken((await planned()).sms);
    const { sms: third } = await planned();
    const looks = await refused(third);
    expect(looks).toMatchObject({ status: 'pending', reason: 'cap' });
    expect(looks.detail).toContain('it asks again in a minute');
    expect(minutesTo(looks)).toBeLessThanOrEqual(1);

    await settle(second, 'failed');
    await change(third, 'next_attempt_at = now()');
    await settle(await taken(third), 'sent');

    const { sms: fourth } = await planned();
    expect(minutesTo(await refused(fourth))).toBeLessThanOrEqual(1);
    const held = await refused(fourth);
    expect(held.detail).toContain('It waits for the next day.');
    expect(minutesTo(held)).toBeGreaterThan(1);

    await settle(first, 'sent');
    expect(minutesTo(await refused((await planned()).sms))).toBeGreaterThan(1);
  });

  it('is skipped at once where the next day is too late, and others stand in for it', async () => {
    const { sms, email } = await planned({ channels: ['sms', 'email'] });
    await change(sms, `followed = true, expires_at = now() + interval '2 minutes'`);
    await change(
      email,
      `hold_reason = 'fallback', follows = 'sms', follow_if = 'failed', look_at = now() + interval '1 day'`,
    );
    expect(await refused(sms)).toMatchObject({ status: 'skipped', reason: 'cap', fault: 'policy' });
    await until(
      async () => ((await deliveryOf(email)).reason === null ? true : undefined),
      'the turn of the mail',
    );
  });

  it('does not outwait those who stand in for it', async () => {
    const { sms, email } = await planned({ channels: ['sms', 'email'] });
    await change(sms, 'followed = true, expires_at = NULL');
    await change(
      email,
      `hold_reason = 'fallback', follows = 'sms', follow_if = 'failed', expires_at = now() + interval '2 minutes'`,
    );
    expect(await refused(sms)).toMatchObject({ status: 'skipped', reason: 'cap' });
  });
});
