-- Attempts may be carried by providers that charge in different currencies: each charge is kept with whose it is and in
-- what. The index finds the few deliveries that have such, for the sums of costs. What `price_before` has added up
-- until now stays there.
ALTER TABLE deliveries ADD COLUMN charges jsonb NOT NULL DEFAULT '[]';
CREATE INDEX deliveries_charged_idx ON deliveries (id) WHERE charges <> '[]';

-- What deliveries that are gone have cost, added up by quarters of an hour: days of every time zone begin with one.
-- No currency ('') is where nothing was priced.
CREATE TABLE past_costs (
  starts_at timestamptz NOT NULL,
  type text NOT NULL,
  category text NOT NULL,
  channel text NOT NULL,
  country text NOT NULL,
  provider text NOT NULL,
  currency text NOT NULL,
  messages integer NOT NULL,
  segments integer NOT NULL,
  delivered integer NOT NULL,
  unsettled integer NOT NULL,
  estimated numeric(20,5) NOT NULL,
  settled numeric(20,5) NOT NULL,
  expected numeric(20,5) NOT NULL,
  CONSTRAINT past_costs_pkey PRIMARY KEY (starts_at, type, category, channel, country, provider, currency)
);
