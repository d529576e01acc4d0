import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { DatabaseSettings } from './database.settings.js';
import { assertReachable } from './reachable.js';

/** A connection for a few questions, without the application's pool: what asks them runs also where the schema is old. */
@Injectable()
export class ShortConnection {
  constructor(private readonly settings: DatabaseSettings) {}

  /** Throws a ConfigurationError with the cure when the database cannot be reached. */
  async use<T>(ask: (client: pg.Client) => Promise<T>): Promise<T> {
    const { url } = this.settings;
    await assertReachable(url);
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 5000,
      query_timeout: 5000,
    });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await ask(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
