DROP TABLE spending;
ALTER TABLE deliveries
  DROP COLUMN country,
  DROP COLUMN estimated_price,
  DROP COLUMN estimated_unit,
  DROP COLUMN reserved_at,
  DROP COLUMN price_before;
