DROP INDEX address_strikes_created_idx;

ALTER TABLE bulk_sends DROP COLUMN erased_at;

UPDATE inbound_messages SET body = coalesce(body, ''), from_address = coalesce(from_address, '')
 WHERE erased_at IS NOT NULL;
ALTER TABLE inbound_messages
  DROP COLUMN erased_at,
  ALTER COLUMN from_address SET NOT NULL,
  ALTER COLUMN body SET NOT NULL;

UPDATE deliveries SET address = 'erased ' || id WHERE address IS NULL;
ALTER TABLE deliveries DROP COLUMN erased_at, ALTER COLUMN address SET NOT NULL;

UPDATE notifications SET title = '', message = '' WHERE erased_at IS NOT NULL;
DROP INDEX notifications_unread_idx;
CREATE INDEX notifications_unread_idx ON notifications (user_id)
  WHERE read_at IS NULL AND archived_at IS NULL AND deleted_at IS NULL AND seq IS NOT NULL;
ALTER TABLE notifications
  DROP COLUMN erased_at,
  ALTER COLUMN message SET NOT NULL,
  ALTER COLUMN title SET NOT NULL;
