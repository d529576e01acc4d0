-- Whether a provider may be called: a wrong configuration or many failures open its breaker, for all instances.
-- A provider without a row has never failed so.
CREATE TABLE provider_breakers (
  provider text PRIMARY KEY,
  state text NOT NULL,
  cause text NOT NULL,
  code text NOT NULL,
  message text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  probe_at timestamptz NOT NULL,
  CONSTRAINT provider_breakers_state_check CHECK (state IN ('closed', 'open', 'half_open')),
  CONSTRAINT provider_breakers_cause_check CHECK (cause IN ('configuration', 'failures'))
);

-- Channels that an operator has paused: who, when and why. Resuming deletes the row.
CREATE TABLE channel_pauses (
  channel text PRIMARY KEY,
  paused_by text NOT NULL,
  reason text,
  paused_at timestamptz NOT NULL DEFAULT now()
);

-- Failures that count against an address without closing it at once; one for each delivery.
CREATE TABLE address_strikes (
  channel text NOT NULL,
  address text NOT NULL,
  delivery_id uuid NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
  code text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (channel, address, delivery_id)
);
CREATE INDEX address_strikes_delivery_idx ON address_strikes (delivery_id);

-- When the provider was last asked how a message fares.
ALTER TABLE deliveries ADD COLUMN asked_at timestamptz;

-- What is due is looked for by channel: a channel that waits must not be read through on the way to the others.
DROP INDEX deliveries_due_idx;
CREATE INDEX deliveries_due_idx ON deliveries (channel, priority, next_attempt_at) WHERE status = 'pending';
CREATE INDEX deliveries_expiring_idx ON deliveries (expires_at) WHERE status = 'pending' AND expires_at IS NOT NULL;
DROP INDEX deliveries_sent_idx;
CREATE INDEX deliveries_sent_idx ON deliveries (channel, sent_at) WHERE status = 'sent';
