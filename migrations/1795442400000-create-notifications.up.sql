-- People. `id` is the platform's own id where it gives one, else a UUID v7.
CREATE TABLE users (
  id text PRIMARY KEY,
  email text,
  phone text,
  first_name text NOT NULL DEFAULT '',
  last_name text NOT NULL DEFAULT '',
  locale text NOT NULL DEFAULT 'en',
  time_zone text NOT NULL DEFAULT 'Asia/Kolkata',
  quiet_start time,
  quiet_end time,
  paused_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT users_id_check CHECK (length(id) BETWEEN 1 AND 64)
);
CREATE INDEX users_email_idx ON users (email) WHERE email IS NOT NULL;
CREATE INDEX users_phone_idx ON users (phone) WHERE phone IS NOT NULL;

-- The order of a person's inbox: raised in the transaction that publishes, so it has no gaps.
CREATE TABLE inbox_counters (
  user_id text PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  last_seq bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 70);

-- Choices: what a person wants. Absent means silence, and each channel says what silence means.
CREATE TABLE preferences (
  user_id text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  category text NOT NULL,
  channel text NOT NULL,
  wanted boolean NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, category, channel)
);

-- Consent: who said yes or no to what, when and how. Rows are only added.
CREATE TABLE consent_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id text NOT NULL,
  category text NOT NULL,
  channel text NOT NULL,
  wanted boolean NOT NULL,
  source text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT consent_events_source_check CHECK (source IN ('form', 'reply', 'api', 'import', 'link'))
);
CREATE INDEX consent_events_user_idx ON consent_events (user_id, id);

-- Addresses that must not be used.
CREATE TABLE suppressions (
  channel text NOT NULL,
  address text NOT NULL,
  reason text NOT NULL,
  detail text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (channel, address)
);

-- What can be told, and to which category it belongs: loaded from templates/*.yaml.
CREATE TABLE categories (
  name text PRIMARY KEY,
  display text NOT NULL,
  optional boolean NOT NULL,
  consent text NOT NULL,
  guarantee text NOT NULL,
  preference_names jsonb NOT NULL DEFAULT '{}',
  position smallint NOT NULL DEFAULT 0,
  CONSTRAINT categories_consent_check CHECK (consent IN ('opt-in', 'opt-out')),
  CONSTRAINT categories_guarantee_check CHECK (guarantee IN ('at_least_once', 'at_most_once'))
);

CREATE TABLE notification_types (
  name text PRIMARY KEY,
  category text NOT NULL REFERENCES categories (name),
  display text NOT NULL,
  priority text NOT NULL,
  example jsonb NOT NULL DEFAULT '{}',
  position smallint NOT NULL DEFAULT 0,
  CONSTRAINT notification_types_priority_check CHECK (priority IN ('critical', 'normal', 'bulk'))
);

-- The words of a type in a locale. The versions are immutable; the template points at one.
CREATE TABLE templates (
  id uuid PRIMARY KEY,
  type text NOT NULL REFERENCES notification_types (name),
  locale text NOT NULL,
  active boolean NOT NULL DEFAULT true,
  version integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT templates_type_locale_key UNIQUE (type, locale)
);

CREATE TABLE template_versions (
  id uuid PRIMARY KEY,
  template_id uuid NOT NULL REFERENCES templates (id) ON DELETE CASCADE,
  version integer NOT NULL,
  words jsonb NOT NULL,
  checksum text NOT NULL,
  source text NOT NULL,
  author text,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT template_versions_template_version_key UNIQUE (template_id, version),
  CONSTRAINT template_versions_source_check CHECK (source IN ('file', 'operator'))
);

-- Many people at once: one row, worked off by a cursor.
CREATE TABLE bulk_sends (
  id uuid PRIMARY KEY,
  type text NOT NULL,
  context jsonb NOT NULL,
  user_ids jsonb NOT NULL,
  total integer NOT NULL,
  cursor integer NOT NULL DEFAULT 0,
  rejected jsonb NOT NULL DEFAULT '[]',
  status text NOT NULL DEFAULT 'pending',
  caller text NOT NULL,
  lease_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  CONSTRAINT bulk_sends_status_check CHECK (status IN ('pending', 'done', 'cancelled'))
);
CREATE INDEX bulk_sends_pending_idx ON bulk_sends (created_at) WHERE status = 'pending';

-- Public references: each process takes a thousand numbers at a time.
CREATE SEQUENCE notification_reference_seq INCREMENT BY 1000;

-- What a person is told: the inbox row. `seq` is given when it becomes visible.
CREATE TABLE notifications (
  id uuid PRIMARY KEY,
  reference text NOT NULL,
  user_id text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  seq bigint,
  type text NOT NULL,
  category text NOT NULL,
  title text NOT NULL,
  message text NOT NULL,
  action_url text,
  locale text NOT NULL,
  template_version_id uuid REFERENCES template_versions (id),
  order_id text,
  order_number text,
  payment_id text,
  metadata jsonb NOT NULL DEFAULT '{}',
  dedupe_key text,
  bulk_id uuid,
  send_at timestamptz,
  expires_at timestamptz,
  read_at timestamptz,
  archived_at timestamptz,
  deleted_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT notifications_reference_key UNIQUE (reference),
  CONSTRAINT notifications_user_seq_key UNIQUE (user_id, seq)
);
CREATE UNIQUE INDEX notifications_dedupe_idx ON notifications (user_id, type, dedupe_key) WHERE dedupe_key IS NOT NULL;
CREATE INDEX notifications_unread_idx ON notifications (user_id)
  WHERE read_at IS NULL AND archived_at IS NULL AND deleted_at IS NULL AND seq IS NOT NULL;

-- One notification on its way to one address through one channel: every decision and outcome is on it.
CREATE TABLE deliveries (
  id uuid PRIMARY KEY,
  notification_id uuid NOT NULL REFERENCES notifications (id) ON DELETE CASCADE,
  user_id text NOT NULL,
  type text NOT NULL,
  category text NOT NULL,
  channel text NOT NULL,
  address text NOT NULL,
  content jsonb NOT NULL DEFAULT '{}',
  bulk_id uuid,
  status text NOT NULL,
  reason text,
  fault text,
  hold_reason text,
  rules jsonb NOT NULL DEFAULT '[]',
  priority smallint NOT NULL DEFAULT 1,
  guarantee text NOT NULL DEFAULT 'at_least_once',
  optional boolean NOT NULL DEFAULT false,
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  attempt smallint NOT NULL DEFAULT 0,
  lease_token uuid,
  lease_until timestamptz,
  hinted_at timestamptz,
  provider text,
  provider_id text,
  provider_status text,
  provider_rank smallint NOT NULL DEFAULT 0,
  error_code text,
  error_message text,
  segments smallint,
  encoding text,
  price numeric(12, 5),
  price_unit text,
  sent_at timestamptz,
  delivered_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT deliveries_notification_channel_address_key UNIQUE (notification_id, channel, address),
  CONSTRAINT deliveries_status_check CHECK (status IN
    ('pending', 'sending', 'unknown', 'sent', 'delivered', 'failed', 'skipped', 'cancelled')),
  CONSTRAINT deliveries_lease_check CHECK ((status = 'sending') = (lease_token IS NOT NULL)),
  CONSTRAINT deliveries_guarantee_check CHECK (guarantee IN ('at_least_once', 'at_most_once'))
) WITH (fillfactor = 80);
CREATE INDEX deliveries_due_idx ON deliveries (priority, next_attempt_at) WHERE status = 'pending';
CREATE INDEX deliveries_leased_idx ON deliveries (lease_until) WHERE status = 'sending';
CREATE INDEX deliveries_unknown_idx ON deliveries (updated_at) WHERE status = 'unknown';
CREATE INDEX deliveries_sent_idx ON deliveries (sent_at) WHERE status = 'sent';
CREATE INDEX deliveries_bulk_idx ON deliveries (bulk_id, channel, status) WHERE bulk_id IS NOT NULL;
CREATE INDEX deliveries_user_idx ON deliveries (user_id, id);
CREATE INDEX deliveries_unpriced_idx ON deliveries (sent_at)
  WHERE price IS NULL AND provider_id IS NOT NULL AND segments IS NOT NULL;
CREATE UNIQUE INDEX deliveries_provider_idx ON deliveries (provider, provider_id) WHERE provider_id IS NOT NULL;

-- Each call to a provider, and how it ended. Rows are only added and finished.
CREATE TABLE delivery_attempts (
  delivery_id uuid NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
  attempt smallint NOT NULL,
  lease_token uuid NOT NULL,
  provider text,
  provider_id text,
  outcome text,
  error_code text,
  error_message text,
  started_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  PRIMARY KEY (delivery_id, attempt, lease_token)
);

-- What providers said later, word for word. Rows are only added.
CREATE TABLE provider_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  delivery_id uuid,
  attempt smallint,
  provider text NOT NULL,
  provider_id text NOT NULL,
  status text NOT NULL,
  rank smallint NOT NULL,
  error_code text,
  payload jsonb NOT NULL,
  applied boolean NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX provider_events_delivery_idx ON provider_events (delivery_id);

-- Services that may call the API. The secret is stored as a keyed hash.
CREATE TABLE api_keys (
  id text PRIMARY KEY,
  name text NOT NULL,
  secret_hash text NOT NULL,
  scopes text[] NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- The first answer to a key, in the transaction of the work it answers for.
CREATE TABLE idempotency_keys (
  caller text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  status smallint,
  body jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys_created_idx ON idempotency_keys (created_at);
