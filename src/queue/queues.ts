import { BeforeApplicationShutdown, Injectable, OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from 'bull';
import type { QueueClients } from './queue.clients.js';

/** How long deliveries that have begun may take to end. */
const DRAIN = 15_000;
const CLOSE = 2000;

/** The Bull queues of this process, by name. There are none without Redis. */
@Injectable()
export class Queues implements BeforeApplicationShutdown, OnApplicationShutdown {
  private resting: Promise<void> | undefined;

  constructor(
    private readonly queues: ReadonlyMap<string, Queue>,
    private readonly clients?: QueueClients,
    private readonly start?: () => void,
  ) {}

  /** Lets the processors take jobs. To be called when all that they need is there. */
  begin(): void {
    this.start?.();
  }

  get(name: string): Queue | undefined {
    return this.queues.get(name);
  }

  /** Whether jobs can be added now: Redis is configured and answers. */
  get ready(): boolean {
    return this.clients?.ready ?? false;
  }

  /** Takes no new jobs and lets those that run end. Whoever works on them may ask for it first. */
  rest(): Promise<void> {
    return (this.resting ??= this.pause());
  }

  /** Nest stops answering requests after this. */
  beforeApplicationShutdown(): Promise<void> {
    return this.rest();
  }

  async onApplicationShutdown(): Promise<void> {
    await within(CLOSE, () => Promise.all([...this.queues.values()].map((queue) => queue.close(true))));
    this.clients?.close();
  }

  private async pause(): Promise<void> {
    this.clients?.retire();
    await within(DRAIN, () => Promise.all([...this.queues.values()].map((queue) => queue.pause(true))));
  }
}

/** Bull waits without end for a Redis that is away; a shutdown does not. */
async function within(limit: number, work: () => Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  const late = sleep(limit, undefined, { signal: patience.signal }).catch(() => undefined);
  await Promise.race([work().catch(() => undefined), late]);
  patience.abort();
}
