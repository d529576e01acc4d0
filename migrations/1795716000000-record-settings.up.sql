-- What a person set beside yes and no: quiet hours, time zone, language, pause. As consent_events, only added to.
CREATE TABLE setting_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id text NOT NULL,
  setting text NOT NULL,
  value jsonb,
  source text NOT NULL CONSTRAINT setting_events_source_check CHECK (source IN ('form', 'reply', 'api', 'import', 'link')),
  detail jsonb NOT NULL DEFAULT '{}',
  ip text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX setting_events_user_idx ON setting_events (user_id, id);
