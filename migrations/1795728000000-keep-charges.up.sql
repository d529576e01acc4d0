-- Attempts may be carried by providers that charge in different currencies: each charge is kept with whose it is and in
-- what. The index finds the few deliveries that have such, for the sums of costs. What `price_before` has added up
-- until now stays there.
ALTER TABLE deliveries ADD COLUMN charges jsonb NOT NULL DEFAULT '[]';
CREATE INDEX deliveries_charged_idx ON deliveries (id) WHERE charges <> '[]';
