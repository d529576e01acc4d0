import type { DataSource } from 'typeorm';

/** When things happened; what is still to come stays where it is. */
const MOMENTS = ['created_at', 'started_at', 'sent_at', 'delivered_at', 'received_at', 'finished_at'];
const TABLES = [
  'notifications',
  'deliveries',
  'delivery_attempts',
  'provider_events',
  'bulk_sends',
  'inbound_messages',
  'setting_events',
  'address_strikes',
];

/** Makes everything that has happened so far so many days older. */
export async function age(database: DataSource, days: number): Promise<void> {
  const columns = await database.query<{ table: string; name: string }[]>(
    `SELECT table_name AS table, column_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name = ANY($1) AND column_name = ANY($2)`,
    [TABLES, MOMENTS],
  );
  for (const table of TABLES) {
    const names = columns.filter((column) => column.table === table).map(({ name }) => name);
    const set = names.map((name) => `${name} = ${name} - make_interval(days => $1)`).join(', ');
    await database.query(`UPDATE ${table} SET ${set}`, [days]);
  }
}
