import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis, type RedisOptions } from 'ioredis';
import type { DefaultEventsMap, Namespace } from 'socket.io';
import type { Fact } from './fact.js';
import { RealtimeSettings } from './realtime.settings.js';

interface BetweenServers {
  facts: (facts: Fact[]) => void;
}
export type LiveNamespace = Namespace<DefaultEventsMap, DefaultEventsMap, BetweenServers>;

const OPTIONS: RedisOptions = {
  keepAlive: 10_000,
  connectTimeout: 2000,
  disableClientInfo: true,
  retryStrategy: (times) => Math.min(times * 100, 2000),
  // No command gives up: what is sent while Redis is away for a moment arrives when it is back.
  maxRetriesPerRequest: null,
};
/** Nobody awaits what the adapter sends: when the connection is closed under it, that is no unhandled rejection. */
class UnawaitedRedis extends Redis {
  override sendCommand(...command: Parameters<Redis['sendCommand']>): ReturnType<Redis['sendCommand']> {
    const answer = super.sendCommand(...command);
    Promise.resolve(answer).catch(() => undefined);
    return answer;
  }
}

/** After an outage each process waits for its own subscription, and not all read at the same moment. */
const SETTLE = { least: 1000, most: 3000 };

/** The other processes of the service, by way of Redis. Without Redis this process is alone. */
@Injectable()
export class Neighbours implements OnApplicationShutdown {
  private readonly logger = new Logger('Realtime');
  private readonly publisher: Redis | undefined;
  private readonly subscriber: Redis | undefined;
  private namespace: LiveNamespace | undefined;
  private listener: (fact: Fact) => void = () => undefined;
  private untold: Fact[] = [];
  private lost = false;
  private away = false;
  private closed = false;

  constructor({ redisUrl }: RealtimeSettings) {
    if (redisUrl === undefined) return;
    this.publisher = this.open(redisUrl, { ...OPTIONS, socketTimeout: 12_000 });
    this.subscriber = this.open(redisUrl, OPTIONS);
    this.publisher.on('ready', () => {
      if (this.lost) void this.settle(() => this.tell({ kind: 'facts_lost' }));
      this.lost = false;
    });
    // The first time nothing can have been missed.
    this.subscriber.once('ready', () =>
      this.subscriber?.on('ready', () => void this.settle(() => this.listener({ kind: 'facts_lost' }))),
    );
  }

  /** For the socket.io server; undefined when there is nobody to talk to. */
  adapter(): ReturnType<typeof createAdapter> | undefined {
    return this.publisher && createAdapter(this.publisher, this.subscriber, { key: 'notifications' });
  }

  meet(namespace: LiveNamespace): void {
    this.namespace = namespace;
    namespace.on('facts', (facts) => facts.forEach((fact) => this.listener(fact)));
  }

  /** What others tell comes here, and so does a hint that something was not heard. */
  listen(listener: (fact: Fact) => void): void {
    this.listener = listener;
  }

  /** Not awaited, and nothing is kept for later while Redis is away: afterwards everybody looks for themselves. */
  tell(fact: Fact): void {
    if (!this.publisher) return;
    this.untold.push(fact);
    if (this.untold.length === 1) setImmediate(() => this.publish());
  }

  onApplicationShutdown(): void {
    this.closed = true;
    this.publisher?.disconnect();
    this.subscriber?.disconnect();
  }

  private publish(): void {
    const facts = this.untold;
    this.untold = [];
    if (this.publisher?.status === 'ready' && this.namespace) this.namespace.serverSideEmit('facts', facts);
    else this.lost = true;
  }

  private async settle(then: () => void): Promise<void> {
    await wait(SETTLE.least + Math.random() * (SETTLE.most - SETTLE.least), undefined, { ref: false });
    if (!this.closed) then();
  }

  private open(url: string, options: RedisOptions): Redis {
    const client = new UnawaitedRedis(url, options);
    client.on('error', (error) => {
      if (!this.away)
        this.logger.warn(`Redis is away (${error.message}); each process serves its own sockets.`);
      this.away = true;
    });
    client.on('ready', () => {
      this.away = false;
    });
    return client;
  }
}
