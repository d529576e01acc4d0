-- What a message is expected to cost, and since when that is counted against the caps.
ALTER TABLE deliveries
  ADD COLUMN country text,
  ADD COLUMN estimated_price numeric(12,5),
  ADD COLUMN estimated_unit text,
  ADD COLUMN reserved_at timestamptz,
  ADD COLUMN price_before numeric(12,5) NOT NULL DEFAULT 0;

-- What was spent and sent, by limit, by whom it is for and by window. Updated by every claim: room for it on each page.
CREATE TABLE spending (
  scope text NOT NULL,
  key text NOT NULL,
  starts_at timestamptz NOT NULL,
  money numeric(14,5) NOT NULL DEFAULT 0,
  messages integer NOT NULL DEFAULT 0,
  alerted smallint NOT NULL DEFAULT 0,
  CONSTRAINT spending_pkey PRIMARY KEY (scope, key, starts_at)
) WITH (fillfactor = 70);
CREATE INDEX spending_starts_idx ON spending (starts_at);
