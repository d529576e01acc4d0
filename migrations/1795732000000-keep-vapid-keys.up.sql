-- The public key that the browser subscribed with; null where it is not known, as of all that are older than this.
ALTER TABLE push_subscriptions ADD COLUMN vapid_key text;
