import pg from 'pg';

const COLUMNS = `
  SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
         a.attnotnull AS required, pg_get_expr(d.adbin, d.adrelid) AS fallback, a.attidentity AS identity
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY c.relname, a.attnum`;
const OPTIONS = `
  SELECT relname AS table, array_to_string(reloptions, ', ') AS options
  FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname`;
const CONSTRAINTS = `
  SELECT conrelid::regclass::text AS table, conname AS name, pg_get_constraintdef(oid) AS is
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n' ORDER BY 1, contype DESC, conname`;
const INDEXES = `
  SELECT tablename AS table, indexname AS name, indexdef AS is
  FROM pg_indexes i
  WHERE schemaname = 'public' AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = i.indexname)
  ORDER BY 1, 2`;

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly fallback: string | null;
  readonly identity: string;
}

interface Named {
  readonly table: string;
  readonly name: string;
  readonly is: string;
}

/** The schema as text that a person can read and a review can compare. */
export async function schemaText(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const rows = async <T>(sql: string) => (await client.query(sql)).rows as T[];
    const tables = await rows<{ table: string; options: string | null }>(OPTIONS);
    const columns = await rows<Column>(COLUMNS);
    const constraints = await rows<Named>(CONSTRAINTS);
    const indexes = await rows<Named>(INDEXES);
    return tables
      .map(({ table, options }) => {
        const of = <T extends { table: string }>(all: readonly T[]) =>
          all.filter((one) => one.table === table);
        return [
          options ? `${table} (${options})` : table,
          ...of(columns).map(lineOf),
          ...of(constraints).map(({ name, is }) => `  constraint ${name}: ${is}`),
          ...of(indexes).map(({ name, is }) => `  index ${name}: ${shortened(is)}`),
        ].join('\n');
      })
      .join('\n\n');
  } finally {
    await client.end();
  }
}

function lineOf({ name, type, required, fallback, identity }: Column): string {
  const rest = [
    required ? ' not null' : '',
    fallback === null ? '' : ` default ${fallback}`,
    identity === '' ? '' : ' identity',
  ];
  return `  ${name} ${type}${rest.join('')}`;
}

const shortened = (definition: string) =>
  definition.replace(/^CREATE (UNIQUE )?INDEX \S+ ON public\.\S+ USING /, '$1').toLowerCase();
