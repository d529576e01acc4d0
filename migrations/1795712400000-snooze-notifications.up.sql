-- A notification that was put off: out of the inbox until then, and back as a new one, in a new place.
ALTER TABLE notifications ADD COLUMN snoozed_until timestamptz, ADD COLUMN returned_at timestamptz;
CREATE INDEX notifications_snoozed_idx ON notifications (snoozed_until) WHERE snoozed_until IS NOT NULL;
