/** Statements of floor.ts: one row at a time, each a transaction of its own. Named, so that Postgres plans each once. */
const named = (name: string, text: string) => ({ name, text });

export const INSERT = named(
  'insert',
  `
  WITH person AS (SELECT id, email, phone FROM users WHERE id = $3),
  place AS (
    INSERT INTO inbox_counters (user_id, last_seq) VALUES ($3, 1)
    ON CONFLICT (user_id) DO UPDATE SET last_seq = inbox_counters.last_seq + 1 RETURNING last_seq),
  told AS (
    INSERT INTO notifications (id, reference, user_id, seq, type, category, title, message, locale, order_id)
    SELECT $1::uuid, $2, $3, last_seq, $4, 'order', $5, $6, 'en', $7 FROM place
    RETURNING created_at, seq),
  opened AS (
    INSERT INTO deliveries (id, notification_id, user_id, type, category, channel, address, content, status,
      hinted_at, sent_at, delivered_at)
    SELECT $8::uuid, $1::uuid, $3, $4, 'order', 'realtime', $3, '{}'::jsonb, 'delivered', NULL, now(), now()
    UNION ALL SELECT $9::uuid, $1::uuid, $3, $4, 'order', 'email', email, $10::jsonb, 'pending', now(), NULL, NULL FROM person
    UNION ALL SELECT $11::uuid, $1::uuid, $3, $4, 'order', 'sms', phone, $12::jsonb, 'pending', now(), NULL, NULL FROM person)
  SELECT created_at, seq FROM told`,
);

export const CLAIM = named(
  'claim',
  `
  WITH claimed AS (
    UPDATE deliveries SET status = 'sending', attempt = attempt + 1, lease_token = $2::uuid,
           lease_until = now() + interval '60 seconds', updated_at = now()
     WHERE id = $1::uuid AND (status = 'pending') IS TRUE RETURNING id, address, content, attempt),
  noted AS (INSERT INTO delivery_attempts (delivery_id, attempt, lease_token) SELECT id, attempt, $2::uuid FROM claimed)
  SELECT id, address, content FROM claimed`,
);

/* A report may have come first. */
export const SETTLE = named(
  'settle',
  `
  WITH settled AS (
    UPDATE deliveries SET status = CASE WHEN provider_rank >= 6 THEN 'delivered' ELSE 'sent' END, lease_token = NULL,
           lease_until = NULL, provider = 'floor', provider_id = $3, sent_at = now(), updated_at = now()
     WHERE id = $1::uuid AND lease_token = $2::uuid RETURNING id)
  UPDATE delivery_attempts SET provider = 'floor', provider_id = $3, outcome = 'sent', finished_at = now()
   WHERE delivery_id = $1::uuid AND lease_token = $2::uuid`,
);

export const NOTE = named(
  'note',
  `
  INSERT INTO provider_events (delivery_id, attempt, provider, provider_id, status, rank, payload, applied)
  VALUES ($1, 1, 'floor', $2, $3, $4, $5, true)`,
);

export const ADVANCE = named(
  'advance',
  `
  UPDATE deliveries
     SET provider_status = $2, provider_rank = $3::smallint,
         status = CASE WHEN $3::smallint = 6 AND status = 'sent' THEN 'delivered' ELSE status END, updated_at = now()
   WHERE id = $1::uuid AND provider_rank < $3::smallint`,
);
