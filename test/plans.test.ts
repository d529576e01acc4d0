import pg from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CapAlerts } from '../src/costs/cap.alerts.js';
import { Backlog } from '../src/deliveries/backlog.js';
import { CapWatch } from '../src/deliveries/cap-watch.js';
import { DeliveriesService } from '../src/deliveries/deliveries.service.js';
import { Fallbacks } from '../src/deliveries/fallbacks.js';
import { History } from '../src/deliveries/history.js';
import { Interventions } from '../src/deliveries/interventions.js';
import { Leases } from '../src/deliveries/leases.js';
import { Prices } from '../src/deliveries/prices.js';
import { ProviderReports } from '../src/deliveries/provider-reports.js';
import { RetainedReports } from '../src/deliveries/reports.retained.js';
import { Silences } from '../src/deliveries/silences.js';
import { type Unknown, Unknowns } from '../src/deliveries/unknowns.js';
import { InboxService } from '../src/notifications/inbox.service.js';
import { RetainedNotifications } from '../src/notifications/notifications.retained.js';
import type { Retained, Term } from '../src/retention/retained.js';
import { TestApp } from './support/app.js';

const ROWS = 200_000;
const LARGE = ['deliveries', 'delivery_attempts', 'provider_events', 'notifications'];

/* Of ten rows nine are at their end; the rest is due, waits, is being sent, is unknown or has been silent for long. */
const FILL = `
  INSERT INTO deliveries (id, notification_id, user_id, type, category, channel, address, status, priority,
    next_attempt_at, expires_at, attempt, lease_token, lease_until, provider, provider_id, provider_rank, segments,
    price, sent_at, delivered_at, created_at, updated_at)
  SELECT gen_random_uuid(), gen_random_uuid(), 'u' || n % 20000, 'order_confirmed', 'order',
         (ARRAY['sms', 'email', 'realtime'])[1 + n % 3], 'a' || n % 50000, s.status, n % 3,
         now() - make_interval(secs => n % 100000), CASE WHEN n % 20 = 0 THEN now() + interval '1 day' END, 1,
         CASE WHEN s.status = 'sending' THEN gen_random_uuid() END,
         CASE WHEN s.status = 'sending' THEN now() + interval '1 minute' END,
         CASE WHEN s.status <> 'pending' THEN 'twilio' END, CASE WHEN s.status <> 'pending' THEN 'SM' || n END,
         0, 1, CASE WHEN n % 50 > 0 THEN 0.08 END,
         CASE WHEN s.status NOT IN ('pending', 'sending') THEN now() - make_interval(secs => n) END,
         CASE WHEN s.status = 'delivered' THEN now() END, now() - make_interval(secs => n), now() - make_interval(secs => n)
    FROM generate_series(1, ${ROWS}) AS n
   CROSS JOIN LATERAL (SELECT CASE n % 100 WHEN 0 THEN 'sending' WHEN 1 THEN 'unknown' WHEN 2 THEN 'failed'
     ELSE CASE WHEN n % 100 < 6 THEN 'pending' WHEN n % 100 < 10 THEN 'sent' ELSE 'delivered' END END AS status) AS s`;

const FILL_HISTORY = [
  `INSERT INTO delivery_attempts (delivery_id, attempt, lease_token, started_at)
   SELECT id, 1, coalesce(lease_token, gen_random_uuid()), created_at FROM deliveries`,
  `INSERT INTO provider_events (delivery_id, attempt, provider, provider_id, status, rank, payload, applied)
   SELECT id, 1, 'twilio', provider_id, 'delivered', 6, '{}', true FROM deliveries WHERE provider_id IS NOT NULL`,
  `INSERT INTO notifications (id, reference, user_id, seq, type, category, title, message, locale, read_at, created_at, erased_at)
   SELECT notification_id, 'NOTIF' || n, user_id, n, type, category, 'A title', 'A message', 'en',
          CASE WHEN n % 10 > 0 THEN created_at END, created_at, CASE WHEN n % 3 > 0 THEN created_at END
     FROM (SELECT *, row_number() OVER () AS n FROM deliveries LIMIT ${ROWS / 4}) AS d`,
  'ANALYZE',
];

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Plan[];
}

/** A statement with its values, as the service asks it. */
interface Asked {
  readonly text: string;
  readonly values?: readonly unknown[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** As text that any type of parameter can be read from. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (value instanceof Date) return literal(value.toISOString());
  if (Array.isArray(value))
    return literal(`{${value.map((item) => JSON.stringify(String(item))).join(',')}}`);
  return `'${(value as string | number).toString().replaceAll("'", "''")}'`;
}

/** Many rows, and plans that serve every value: as in a service that has run for long. */
describe('the hot statements of the ledger', () => {
  let service: TestApp;
  let database: pg.Client;
  let ids: string[];
  beforeAll(async () => {
    service = await TestApp.start({ ROLE: 'api' });
    database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
    // The rows need no notifications of their own.
    await database.query('SET session_replication_role = replica');
    await database.query(FILL);
    for (const statement of FILL_HISTORY) await database.query(statement);
    await database.query('SET session_replication_role = DEFAULT');
    await database.query('SET plan_cache_mode = force_generic_plan');
    const { rows } = await database.query<{ id: string }>(`SELECT id FROM deliveries LIMIT 50`);
    ids = rows.map(({ id }) => id);
  }, 180_000);
  afterAll(async () => {
    await database.end();
    await service.stop();
  });

  /** What is asked of the database while this is done, whichever way it goes there. */
  async function askedBy(work: () => Promise<unknown>): Promise<Required<Asked>[]> {
    const spy = vi.spyOn(pg.Client.prototype, 'query');
    try {
      await work();
      const calls = spy.mock.calls as unknown as [string | Asked, unknown][];
      const asked = calls.map(([first, second]) => {
        const { text, values } = typeof first === 'string' ? { text: first, values: undefined } : first;
        return { text, values: values ?? (Array.isArray(second) ? second : []) };
      });
      return asked.filter(({ text }) => LARGE.some((table) => text.includes(table)));
    } finally {
      spy.mockRestore();
    }
  }

  async function planOf({ text, values }: Required<Asked>): Promise<Plan[]> {
    await database.query(`PREPARE asked AS ${text}`);
    const given = values.length > 0 ? `(${values.map(literal).join(', ')})` : '';
    const { rows } = await database.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `EXPLAIN (FORMAT JSON) EXECUTE asked${given}`,
    );
    await database.query('DEALLOCATE asked');
    return nodesOf((rows[0] as { 'QUERY PLAN': [{ Plan: Plan }] })['QUERY PLAN'][0].Plan);
  }

  const get = <T>(type: abstract new (...args: never[]) => T) => service.app.get<T>(type, { strict: false });
  const anId = () => ids[0] ?? '';
  const report = () => ({
    provider: 'twilio',
    providerId: 'SM77',
    deliveryId: anId(),
    attempt: 1,
    word: 'delivered',
    rank: 6,
    status: 'delivered' as const,
    reason: null,
    fault: null,
    delay: 0,
    errorCode: null,
    errorMessage: null,
    payload: {},
  });
  const outcome = () => ({ id: anId(), attempt: 1, leaseToken: anId(), status: 'sent' as const });
  const found = { found: true, provider: 'twilio', providerId: 'SMx', word: 'sent', rank: 3 } as const;
  const price = { provider: 'twilio', providerId: 'SM50', price: '0.08', priceUnit: 'USD' };
  const take = (owner: new (...args: never[]) => Retained, term: Term) =>
    get(DataSource).transaction((tx) => get(owner).take(term, tx, 1));
  const silent = () => ({
    id: anId(),
    attempt: 1,
    providerId: 'SM1',
    sentAt: new Date(),
    askedBefore: '2025-12-31',
  });
  const traces = () => get(DeliveriesService).tracesOf([anId()], get(DataSource).manager);
  const query = { channel: 'sms', provider: 'twilio', patience: 900, after: null };
  const lookAtACap = () => {
    const limit = { scope: 'all_day', subject: 'all', span: 'day', rule: 'cap', title: 'of a day' } as const;
    get(CapAlerts).suspect([{ limit, key: '' }]);
    return get(CapWatch).look();
  };

  it.each<[string, string, () => Promise<unknown>]>([
    ['claim', 'deliveries_pkey', () => get(Leases).claim(anId())],
    ['claim what limits hold for', 'deliveries_pkey', () => get(Leases).claim(anId(), null, true)],
    ['settle', 'deliveries_pkey', () => get(Leases).settle(outcome())],
    ['reap', 'deliveries_leased_idx', () => get(Leases).reap()],
    ['due', 'deliveries_due_idx', () => get(Backlog).due({ sms: 1000, email: 10 })],
    ['the first of a channel', 'deliveries_due_idx', () => get(Backlog).first('sms', 10)],
    ['hold', 'deliveries_pkey', () => get(Backlog).hold(anId(), 'channel_paused')],
    ['hold a channel', 'deliveries_due_idx', () => get(Backlog).holdAll('sms', 'channel_paused')],
    ['untold', 'deliveries_pkey', () => get(Backlog).untold(ids)],
    ['postpone', 'deliveries_pkey', () => get(Backlog).postpone(anId(), 30)],
    ['expire', 'deliveries_expiring_idx', () => get(Backlog).expire()],
    ['how much waits', 'deliveries_due_idx', () => get(Backlog).size(['sms', 'email'], 5000)],
    [
      'take unknown',
      'deliveries_unknown_idx',
      () => get(Unknowns).take({ channel: 'sms', grace: 120, except: ['twilio'], limit: 50 }),
    ],
    ['reassign', 'deliveries_pkey', () => get(Leases).reassign(outcome(), 'twilio')],
    ['who has it', 'deliveries_provider_idx', () => get(Unknowns).taken('twilio', ['SM1', 'SM2'], anId())],
    ['found', 'deliveries_pkey', () => get(Unknowns).resolve({ id: anId(), attempt: 1 } as Unknown, found)],
    ['apply a report', 'deliveries_pkey', () => get(ProviderReports).apply(report())],
    [
      'apply a report by its id',
      'deliveries_provider_idx',
      () => get(ProviderReports).apply({ ...report(), deliveryId: null }),
    ],
    ['missing prices', 'deliveries_unpriced_idx', () => get(Prices).missing('twilio', 2, 1000)],
    ['what is on its way', 'deliveries_unknown_idx', lookAtACap],
    ['record prices', 'deliveries_provider_idx', () => get(Prices).record([price])],
    [
      'record late prices',
      'deliveries_pkey',
      () => get(Prices).record([{ ...price, providerId: 'none', deliveryId: anId() }]),
    ],
    ['poll', 'deliveries_sent_idx', () => get(Silences).take(query)],
    ['give back', 'deliveries_pkey', () => get(Silences).giveBack([silent()], '2026-01-01')],
    ['progress', 'deliveries_pkey', () => get(History).progressOf(report())],
    ['last reached', 'deliveries_user_idx', () => get(History).lastReached(anId())],
    [
      'deliveries of a notification',
      'deliveries_notification_channel_address_key',
      () => get(DeliveriesService).of([anId()]),
    ],
    ['fallbacks whose turn it is', 'deliveries_fallback_idx', () => get(Fallbacks).look(['email'])],
    [
      'fallbacks of a notification',
      'deliveries_notification_channel_address_key',
      () => get(Fallbacks).lookAt([anId()]),
    ],
    ['attempts', 'delivery_attempts_pkey', () => traces()],
    ['events', 'provider_events_delivery_idx', () => traces()],
    ['cancel', 'deliveries_notification_channel_address_key', () => get(Interventions).cancel(anId(), 'x')],
    ['cancel a bulk', 'deliveries_bulk_idx', () => get(Interventions).cancelBulk(anId(), 'x')],
    ['retry', 'deliveries_pkey', () => get(Interventions).replay(ids, 'x', false)],
    ['count what is unread', 'notifications_unread_idx', () => get(InboxService).unreadCounts(['u1', 'u2'])],
    ['erase words', 'notifications_words_idx', () => take(RetainedNotifications, 'content')],
    ['delete rows', 'notifications_erased_idx', () => take(RetainedNotifications, 'metadata')],
    ['delete reports of nothing', 'provider_events_delivery_idx', () => take(RetainedReports, 'content')],
    ['delete reports', 'provider_events_pkey', () => take(RetainedReports, 'metadata')],
  ])('%s: find their rows by %s', async (_, index, work) => {
    const asked = await askedBy(work);
    expect(asked.length).toBeGreaterThan(0);
    const nodes: Plan[] = [];
    for (const statement of asked) nodes.push(...(await planOf(statement)));
    const read = nodes.filter((node) => LARGE.includes(node['Relation Name'] ?? ''));
    expect(read.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
    expect(nodes.map((node) => node['Index Name'])).toContain(index);
  });
});
