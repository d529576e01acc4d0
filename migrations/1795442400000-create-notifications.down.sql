DROP TABLE idempotency_keys, api_keys, provider_events, delivery_attempts, deliveries, notifications, bulk_sends,
  template_versions, templates, notification_types, categories, suppressions, consent_events, preferences,
  inbox_counters, users;
DROP SEQUENCE notification_reference_seq;
