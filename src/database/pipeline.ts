import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg, { type Client } from 'pg';
import { DatabaseSettings } from './database.settings.js';
import { PreparingClient } from './preparing.client.js';

const CONNECT_MS = 2000;

/**
 * One connection on which statements follow each other without waiting for answers: what is asked within one turn
 * of the event loop leaves in one write, and its answers come in one read. Each statement is a transaction of its
 * own. For short statements of the hot path only: a slow one holds up all behind it. Never to be awaited inside a
 * transaction of this process: one behind the other's locks would wait for itself.
 */
@Injectable()
abstract class Pipeline implements OnApplicationShutdown {
  /** Milliseconds; what takes longer gives the connection up, and every statement on it fails. */
  protected abstract readonly patience: number;
  private client: Promise<Client> | undefined;
  private corked = false;

  constructor(private readonly settings: DatabaseSettings) {}

  /** The rows; of an UPDATE or INSERT those that it returns. */
  async query<Rows>(text: string, values: unknown[] = []): Promise<Rows> {
    const connected = this.client ?? this.connect();
    const client = await connected;
    this.gather(client);
    try {
      const { rows } = await client.query(text, values);
      return rows as Rows;
    } catch (error) {
      // The connection has failed and not only the statement; it may take a moment to say so itself.
      if (!(error instanceof pg.DatabaseError && error.severity === 'ERROR')) this.leave(connected);
      throw error;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    const client = await this.client?.catch(() => undefined);
    await client?.end();
  }

  private connect(): Promise<Client> {
    const client: Client = new PreparingClient({
      connectionString: this.settings.url,
      application_name: 'notifications',
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: this.patience,
      pipeline: true,
    });
    const connected = client.connect().then(() => client);
    const lost = () => this.leave(connected);
    client.on('error', lost).on('end', lost);
    connected.catch(lost);
    this.client = connected;
    return connected;
  }

  /** The next statement connects anew; those that were under way fail by themselves. */
  private leave(connected: Promise<Client>): void {
    if (this.client === connected) this.client = undefined;
  }

  private gather(client: Client): void {
    if (this.corked) return;
    const { stream } = client.connection;
    this.corked = true;
    stream.cork();
    setImmediate(() => {
      this.corked = false;
      stream.uncork();
    });
  }
}

/** For questions: they do not wait behind commits, and a request that asks does not wait for a database that is away. */
@Injectable()
export class Reads extends Pipeline {
  protected override readonly patience = 2000;
}

/** For changes of single rows, each committed when its answer comes. */
@Injectable()
export class Writes extends Pipeline {
  protected override readonly patience = 10_000;
}
