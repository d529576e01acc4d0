import type pg from 'pg';

/** So many people who have said yes to every text, with the addresses that marker.ts gives them. */
export async function addPeople(database: pg.Pool, users: number): Promise<void> {
  await database.query(
    `INSERT INTO users (id, email, phone, first_name, last_name)
     SELECT 'person-' || n, 'person-' || n || '@bench.example', '+91' || (9800000000 + n), 'Asha', 'Rao'
       FROM generate_series(0, $1::bigint - 1) AS n`,
    [users],
  );
  await database.query(
    `INSERT INTO preferences (user_id, category, channel, wanted)
     SELECT id, category, 'sms', true
       FROM users, unnest(ARRAY['order', 'payment', 'refund', 'partner', 'account', 'general', 'promotion']) AS category`,
  );
  await database.query('ANALYZE users, preferences');
}
