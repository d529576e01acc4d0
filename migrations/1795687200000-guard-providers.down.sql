DROP INDEX deliveries_sent_idx;
CREATE INDEX deliveries_sent_idx ON deliveries (sent_at) WHERE status = 'sent';
DROP INDEX deliveries_expiring_idx;
DROP INDEX deliveries_due_idx;
CREATE INDEX deliveries_due_idx ON deliveries (priority, next_attempt_at) WHERE status = 'pending';
ALTER TABLE deliveries DROP COLUMN asked_at;
DROP TABLE address_strikes, channel_pauses, provider_breakers;
