DROP TABLE past_costs;

-- The sum before was in one currency: what was charged in another than the last one is lost.
UPDATE deliveries d
   SET price_before = d.price_before + (SELECT coalesce(sum(c.price), 0)
                                          FROM jsonb_to_recordset(d.charges) AS c(price numeric, currency text)
                                         WHERE c.currency = d.price_unit)
 WHERE charges <> '[]';
DROP INDEX deliveries_charged_idx;
ALTER TABLE deliveries DROP COLUMN charges;
