-- The public key that the browser subscribed with; null where it is not known, as of all that are older than this.
ALTER TABLE push_subscriptions ADD COLUMN vapid_key text;

-- Each push service has a breaker of its own from now on: nobody would close the one of all any more.
UPDATE provider_breakers SET state = 'closed', changed_at = now() WHERE provider = 'web_push' AND state <> 'closed';
