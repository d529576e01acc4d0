-- Where a choice was made, which words the person saw, and when, where it was said before it was written down here.
ALTER TABLE consent_events ADD COLUMN ip text, ADD COLUMN wording text, ADD COLUMN given_at timestamptz;

-- Who closed an address. Reasons are now the list's own words, not those of the failure that led there.
ALTER TABLE suppressions ADD COLUMN source text NOT NULL DEFAULT 'provider', ADD COLUMN actor text;
UPDATE suppressions SET reason = CASE
  WHEN reason = 'address' AND detail NOT LIKE '% 30005' THEN 'invalid'
  WHEN reason = 'stopped' THEN 'stopped'
  ELSE 'unreachable' END;

-- Every closing and opening of an address. Rows are only added.
CREATE TABLE suppression_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel text NOT NULL,
  address text NOT NULL,
  action text NOT NULL,
  reason text NOT NULL,
  source text NOT NULL,
  actor text,
  detail text,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT suppression_events_action_check CHECK (action IN ('closed', 'lifted'))
);
CREATE INDEX suppression_events_address_idx ON suppression_events (channel, address, id);

-- What people text to us. The carrier's id makes a repeated callback harmless.
CREATE TABLE inbound_messages (
  id uuid PRIMARY KEY,
  channel text NOT NULL,
  provider text NOT NULL,
  provider_id text NOT NULL,
  from_address text NOT NULL,
  to_address text NOT NULL,
  body text NOT NULL,
  media_count smallint NOT NULL DEFAULT 0,
  keyword text,
  user_ids text[] NOT NULL DEFAULT '{}',
  received_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT inbound_messages_provider_key UNIQUE (provider, provider_id),
  CONSTRAINT inbound_messages_keyword_check CHECK (keyword IN ('stop', 'start', 'help'))
);
CREATE INDEX inbound_messages_from_idx ON inbound_messages (from_address, id);
CREATE INDEX inbound_messages_users_idx ON inbound_messages USING gin (user_ids);
