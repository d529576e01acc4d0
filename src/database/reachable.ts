import pg from 'pg';
import { ConfigurationError } from '../config/settings.js';

const CURES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there. Start Postgres, or correct the host and port',
  ENOTFOUND: 'there is no host of that name. Correct the host',
  EAI_AGAIN: 'the name of the host cannot be looked up. Check the network, or correct the host',
  ETIMEDOUT: 'it does not answer. Check the host, the port and the firewall',
  EHOSTUNREACH: 'there is no way to that host. Check the host and the network',
  '28P01': 'it refuses the password. Correct the user and the password',
  '28000': 'it refuses this user. Correct the user, or pg_hba.conf of the server',
  '3D000': 'it has no database of that name. Create it with createdb, or correct the name',
  '57P03': 'it is starting or stopping. Try again in a moment',
  '53300': 'it has no connection left. Raise max_connections, or lower DATABASE_POOL_SIZE',
};

/** Asks the database for one answer; says what is wrong and what helps when there is none. */
export async function assertReachable(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  // A server that goes away in the middle must not end the process: the query below fails as well.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
  } catch (error) {
    throw unreachable(url, error as Error & { code?: string });
  } finally {
    await client.end().catch(() => undefined);
  }
}

function unreachable(url: string, error: Error & { code?: string }): ConfigurationError {
  const { hostname, port, pathname } = new URL(url);
  const timedOut = /timeout/i.test(error.message) ? 'ETIMEDOUT' : undefined;
  const cure = CURES[error.code ?? timedOut ?? ''] ?? `${error.message}. Correct the URL`;
  return new ConfigurationError([
    {
      env: 'DATABASE_URL',
      message:
        `names a database that cannot be used: ${hostname}:${port || '5432'}${pathname}: ${cure}. ` +
        'In development, unset it and `npm start` runs a Postgres of its own.',
    },
  ]);
}
