-- When a kind of message may come, how long it is useful (in seconds), and what stands in for it.
ALTER TABLE categories ADD COLUMN promotional boolean NOT NULL DEFAULT false;
ALTER TABLE categories ADD COLUMN hours jsonb;
ALTER TABLE categories ADD COLUMN valid_for integer;
ALTER TABLE notification_types ADD COLUMN valid_for integer;
ALTER TABLE notification_types ADD COLUMN chain jsonb NOT NULL DEFAULT '[]';

-- A step of a chain waits for the channel in `follows`; `look_at` is when the sweep looks at it next.
ALTER TABLE deliveries ADD COLUMN follows text;
ALTER TABLE deliveries ADD COLUMN follow_if text;
ALTER TABLE deliveries ADD COLUMN follow_after integer;
ALTER TABLE deliveries ADD COLUMN look_at timestamptz;
-- Others wait for this one.
ALTER TABLE deliveries ADD COLUMN followed boolean NOT NULL DEFAULT false;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_follow_if_check
  CHECK (follow_if IN ('failed', 'undelivered', 'unread'));
CREATE INDEX deliveries_fallback_idx ON deliveries (look_at) WHERE status = 'pending' AND hold_reason = 'fallback';
