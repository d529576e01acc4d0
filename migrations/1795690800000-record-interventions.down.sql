DROP INDEX deliveries_failed_idx;
ALTER TABLE deliveries DROP COLUMN attempts_before;
DROP TABLE interventions;
