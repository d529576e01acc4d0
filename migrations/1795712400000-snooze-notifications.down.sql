DROP INDEX notifications_snoozed_idx;
ALTER TABLE notifications DROP COLUMN returned_at, DROP COLUMN snoozed_until;
