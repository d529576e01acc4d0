DROP TABLE inbound_messages;
DROP TABLE suppression_events;
ALTER TABLE suppressions DROP COLUMN source, DROP COLUMN actor;
ALTER TABLE consent_events DROP COLUMN ip, DROP COLUMN wording, DROP COLUMN given_at;
