ALTER TABLE push_subscriptions DROP COLUMN vapid_key;
