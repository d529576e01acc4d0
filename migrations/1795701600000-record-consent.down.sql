ALTER TABLE consent_events DROP COLUMN ip, DROP COLUMN wording;
