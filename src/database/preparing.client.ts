import pg from 'pg';

/** Postgres keeps what it prepared for each connection; more than this many statements are not prepared. */
const MOST = 200;
/** By text, for all connections alike: the service has a few dozen statements, written down in its code. */
const names = new Map<string, string>();

/**
 * Prepares every statement with parameters at its first use on a connection, so that Postgres parses and plans it
 * once: about half of what the service's statements cost it. A pooler in between must know prepared statements
 * (PgBouncer does from 1.21 on, `max_prepared_statements`).
 */
export class PreparingClient extends pg.Client {
  override query(...args: unknown[]): never {
    const [text, values, ...rest] = args;
    const name =
      typeof text === 'string' && Array.isArray(values) && values.length > 0 ? nameOf(text) : undefined;
    const prepared = name === undefined ? args : [{ name, text }, values, ...rest];
    // The base class has an overload for each way to call it; whichever it was, it stays.
    return super.query(...(prepared as unknown as [string])) as never;
  }
}

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MOST) return known;
  const name = `s${names.size}`;
  names.set(text, name);
  return name;
}
