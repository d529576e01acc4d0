import { keepingOf } from './spent.js';

/*
 * At rest: nothing will be sent any more, and the provider has had the three days in which it may still say how a message
 * fares and what it costs. A replay begins them anew.
 */
const AT_REST = `
  d.status IN ('sent', 'delivered', 'failed', 'skipped', 'cancelled')
  AND (d.sent_at IS NULL OR d.sent_at < now() - interval '3 days')`;

/**
 * A condition: whether all deliveries of a notification are at rest. Asked for each row, it is looked up by the key; as a
 * join it might read the whole table.
 * @param id its id, as SQL
 */
export const allAtRest = (id: string) =>
  `(SELECT bool_and(${AT_REST}) FROM deliveries d WHERE d.notification_id = ${id}) IS NOT FALSE`;

/**
 * The statement's part that erases the words of deliveries, for whoever erases those of their notifications with it. It
 * follows a part `due` with notifications that are locked, and leaves two: `whole`, those of them of which every delivery
 * was at rest and nobody's, and `wordless`, the deliveries. What somebody has moved meanwhile, or holds, keeps its words.
 * @param keepsAddress a condition on the delivery `d`: its address is needed further on
 */
export const erasingOf = (keepsAddress: string): string => `
  ended AS MATERIALIZED (
    SELECT d.id, d.notification_id FROM deliveries d
     WHERE d.notification_id = ANY(ARRAY(SELECT id FROM due)) AND ${AT_REST} FOR UPDATE OF d SKIP LOCKED),
  counted AS (SELECT notification_id, count(*) AS count FROM ended GROUP BY 1),
  whole AS MATERIALIZED (
    SELECT due.id FROM due LEFT JOIN counted ON counted.notification_id = due.id
     WHERE coalesce(counted.count, 0) = (SELECT count(*) FROM deliveries d WHERE d.notification_id = due.id)),
  wordless AS (
    UPDATE deliveries d
       SET content = '{}', address = CASE WHEN ${keepsAddress} THEN d.address END, error_message = NULL,
           rules = (SELECT coalesce(jsonb_agg(known.rule), '[]') FROM jsonb_array_elements(d.rules) AS known(rule)
                     WHERE known.rule->>'outcome' <> 'change'),
           erased_at = now(), updated_at = now()
     WHERE d.id = ANY(ARRAY(SELECT ended.id FROM ended JOIN whole ON whole.id = ended.notification_id))
    RETURNING d.id),
  tried AS (
    UPDATE delivery_attempts SET error_message = NULL
     WHERE delivery_id = ANY(ARRAY(SELECT id FROM wordless)) AND error_message IS NOT NULL),
  reported AS (UPDATE provider_events SET payload = '{}' WHERE delivery_id = ANY(ARRAY(SELECT id FROM wordless)))`;

/**
 * The part that deletes the deliveries of the notifications in `due`, as `gone`: with their attempts and interventions.
 * What they have cost is kept.
 */
export const DELETING = `
  gone AS (DELETE FROM deliveries d WHERE d.notification_id = ANY(ARRAY(SELECT id FROM due)) RETURNING d.*),
  ${keepingOf('gone')}`;

/** The part that keeps what the deliveries of the notifications in `due` have cost, which go with them in a moment. */
export const KEEPING_COSTS = `
  going AS MATERIALIZED (
    SELECT d.* FROM deliveries d WHERE d.notification_id = ANY(ARRAY(SELECT id FROM due)) ORDER BY d.id FOR UPDATE),
  ${keepingOf('going')}`;
