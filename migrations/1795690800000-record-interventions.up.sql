-- What somebody asked of a delivery: once more, or not at all. Rows are only added.
CREATE TABLE interventions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  delivery_id uuid NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
  action text NOT NULL,
  actor text NOT NULL,
  forced boolean NOT NULL DEFAULT false,
  attempt smallint NOT NULL,
  reason text,
  error_code text,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT interventions_action_check CHECK (action IN ('retry', 'cancel'))
);
CREATE INDEX interventions_delivery_idx ON interventions (delivery_id);

-- Attempts are numbered for good, since callbacks name them: a replay has room beyond those before it.
ALTER TABLE deliveries ADD COLUMN attempts_before smallint NOT NULL DEFAULT 0;
CREATE INDEX deliveries_failed_idx ON deliveries (id) WHERE status = 'failed';

-- A repeated request gets the first answer to the letter; jsonb would sort its fields.
ALTER TABLE idempotency_keys ALTER COLUMN body TYPE json USING body::json;
