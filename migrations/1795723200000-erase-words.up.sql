-- Words go before their rows: `erased_at` says when. Each table has one index for what still has words and one for what
-- is left, both in the order in which their time comes.
ALTER TABLE notifications
  ALTER COLUMN title DROP NOT NULL,
  ALTER COLUMN message DROP NOT NULL,
  ADD COLUMN erased_at timestamptz;
CREATE INDEX notifications_words_idx ON notifications (greatest(created_at, send_at, returned_at)) WHERE erased_at IS NULL;
CREATE INDEX notifications_erased_idx ON notifications (greatest(created_at, send_at, returned_at)) WHERE erased_at IS NOT NULL;
DROP INDEX notifications_unread_idx;
CREATE INDEX notifications_unread_idx ON notifications (user_id)
  WHERE read_at IS NULL AND archived_at IS NULL AND deleted_at IS NULL AND erased_at IS NULL AND seq IS NOT NULL;

ALTER TABLE deliveries ALTER COLUMN address DROP NOT NULL, ADD COLUMN erased_at timestamptz;

ALTER TABLE inbound_messages
  ALTER COLUMN body DROP NOT NULL,
  ALTER COLUMN from_address DROP NOT NULL,
  ADD COLUMN erased_at timestamptz;
CREATE INDEX inbound_messages_words_idx ON inbound_messages (received_at) WHERE erased_at IS NULL;
CREATE INDEX inbound_messages_erased_idx ON inbound_messages (received_at) WHERE erased_at IS NOT NULL;

ALTER TABLE bulk_sends ADD COLUMN erased_at timestamptz;
CREATE INDEX bulk_sends_words_idx ON bulk_sends (finished_at) WHERE erased_at IS NULL;
CREATE INDEX bulk_sends_erased_idx ON bulk_sends (finished_at) WHERE erased_at IS NOT NULL;

CREATE INDEX address_strikes_created_idx ON address_strikes (created_at);
