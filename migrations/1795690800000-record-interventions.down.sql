ALTER TABLE idempotency_keys ALTER COLUMN body TYPE jsonb USING body::jsonb;
DROP INDEX deliveries_failed_idx;
ALTER TABLE deliveries DROP COLUMN attempts_before;
DROP TABLE interventions;
