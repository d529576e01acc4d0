-- Addresses that channels find out for themselves, by channel: read with the person, so that a send asks nothing more.
ALTER TABLE users ADD COLUMN addresses jsonb NOT NULL DEFAULT '{}';

-- The browsers in which people have turned push on.
CREATE TABLE push_subscriptions (
  id uuid PRIMARY KEY,
  user_id text NOT NULL CONSTRAINT push_subscriptions_user_id_fkey REFERENCES users ON DELETE CASCADE,
  endpoint text NOT NULL CONSTRAINT push_subscriptions_endpoint_key UNIQUE,
  p256dh text NOT NULL,
  auth text NOT NULL,
  device_name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz
);
CREATE INDEX push_subscriptions_user_idx ON push_subscriptions (user_id, id);
