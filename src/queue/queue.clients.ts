import { Logger } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';

/** Bull asks for a connection by what it will do with it. */
type Use = 'client' | 'subscriber' | 'bclient';

const COMMON: RedisOptions = {
  keepAlive: 10_000,
  connectTimeout: 2000,
  disableClientInfo: true,
  retryStrategy: (times) => Math.min(times * 100, 2000),
};

/** Each line was a hang, a crash or a duplicate during an outage; Bull's defaults leave workers stuck for ever. */
const OPTIONS: Readonly<Record<Use, RedisOptions>> = {
  // Gives up at once, so that whoever adds a job learns that Redis is away.
  client: { ...COMMON, enableReadyCheck: true, maxRetriesPerRequest: 1, socketTimeout: 5000 },
  // Waits for jobs. The socket's limit must be longer than Bull's blocking read (`drainDelay`):
  // a frozen Redis and a forgotten connection show by it, and until then jobs lie there.
  bclient: { ...COMMON, enableReadyCheck: false, maxRetriesPerRequest: null, socketTimeout: 5000 },
  subscriber: { ...COMMON, enableReadyCheck: false, maxRetriesPerRequest: null },
};

/** Bull's loops ask at the same moment: what is asked within one turn of the event loop leaves in one write. */
class GatheringClient extends Redis {
  private corked: Redis['stream'] | undefined;

  override sendCommand(...args: Parameters<Redis['sendCommand']>): ReturnType<Redis['sendCommand']> {
    this.gather();
    return super.sendCommand(...args);
  }

  private gather(): void {
    // There is none before the first connection.
    const stream = this.stream as Redis['stream'] | undefined;
    if (!stream || this.corked === stream) return;
    this.corked = stream;
    stream.cork();
    setImmediate(() => {
      if (this.corked === stream) this.corked = undefined;
      stream.uncork();
    });
  }
}

/** Bull opens a closed connection again while it pauses and closes, and nobody would close that one. */
class WaitingClient extends GatheringClient {
  private retired = false;

  override connect(...args: Parameters<Redis['connect']>): Promise<void> {
    return this.retired ? Promise.resolve() : super.connect(...args);
  }

  retire(): void {
    this.retired = true;
    this.disconnect();
  }
}

/** The connections of all queues of a process: two are shared, and each queue waits on one of its own. */
export class QueueClients {
  private readonly logger = new Logger('Queue');
  private readonly opened = new Set<Redis>();
  private readonly shared = new Map<Use, Redis>();
  private away = false;

  constructor(private readonly url: string) {}

  readonly create = (use: Use): Redis => {
    if (use === 'bclient') return this.open(use);
    const client = this.shared.get(use) ?? this.open(use);
    this.shared.set(use, client);
    return client;
  };

  /** Whether a command sent now would be answered soon. */
  get ready(): boolean {
    return this.shared.get('client')?.status === 'ready';
  }

  /** No queue waits for jobs from here on; those that were taken can still be finished. */
  retire(): void {
    for (const client of this.opened) if (client instanceof WaitingClient) client.retire();
  }

  close(): void {
    // To hang up twice takes two seconds.
    for (const client of this.opened) if (client.status !== 'end') client.disconnect();
  }

  private open(use: Use): Redis {
    const client = new (use === 'bclient' ? WaitingClient : GatheringClient)(this.url, OPTIONS[use]);
    // Every queue listens on the shared ones.
    client.setMaxListeners(0);
    client.on('error', (error) => this.lost(error));
    if (use === 'client') client.on('ready', () => this.back());
    this.opened.add(client);
    return client;
  }

  /** Said once an outage, not once an attempt. */
  private lost(error: Error): void {
    if (!this.away)
      this.logger.warn(`Redis is away (${error.message}); deliveries are dispatched in the process.`);
    this.away = true;
  }

  private back(): void {
    if (this.away) this.logger.log('Redis is back.');
    this.away = false;
  }
}
