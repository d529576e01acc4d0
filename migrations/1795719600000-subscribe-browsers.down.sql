DROP TABLE push_subscriptions;
ALTER TABLE users DROP COLUMN addresses;
