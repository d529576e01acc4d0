import type pg from 'pg';

const CHANNELS = ['realtime', 'email', 'sms'];

/** So many deliveries of the past, with their notifications: what a table looks like after months. */
export async function addHistory(database: pg.Pool, deliveries: number, users: number): Promise<void> {
  const notifications = Math.ceil(deliveries / CHANNELS.length);
  const client = await database.connect();
  try {
    await client.query('SET synchronous_commit = off');
    await client.query(NOTIFICATIONS, [notifications, users]);
    await client.query(COUNTERS);
    await client.query(DELIVERIES, [CHANNELS]);
    await client.query('VACUUM ANALYZE notifications, deliveries, inbox_counters');
    await client.query('RESET synchronous_commit');
  } finally {
    client.release();
  }
}

/* Ids in the order of time, as ours are: one every two seconds, the newest a day ago. */
const NOTIFICATIONS = `
  INSERT INTO notifications (id, reference, user_id, seq, type, category, title, message, locale, read_at, created_at)
  SELECT ('01800000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'PAST' || n, 'person-' || n % $2::bigint,
         n / $2::bigint + 1, 'order_confirmed', 'order', 'Order confirmed', 'Your order is confirmed.', 'en', at, at
    FROM generate_series(0, $1::bigint - 1) AS n, LATERAL (SELECT now() - ($1 - n) * interval '2 seconds' - interval '1 day' AS at)`;

const COUNTERS = `
  INSERT INTO inbox_counters (user_id, last_seq) SELECT user_id, max(seq) FROM notifications GROUP BY user_id`;

const DELIVERIES = `
  INSERT INTO deliveries (id, notification_id, user_id, type, category, channel, address, status, attempt, provider,
    provider_id, provider_status, provider_rank, price, price_unit, segments, next_attempt_at, sent_at, delivered_at,
    created_at, updated_at)
  SELECT overlay(n.id::text placing c.place::text from 15 for 1)::uuid, n.id, n.user_id, n.type, n.category, c.name,
         n.user_id || '@' || c.name, 'delivered', 1, c.name, c.name || n.reference, 'delivered', 6, 0.00750, 'USD', 1,
         n.created_at, n.created_at, n.created_at, n.created_at, n.created_at
    FROM notifications n, unnest($1::text[]) WITH ORDINALITY AS c(name, place)
   ORDER BY n.id, c.place`;
