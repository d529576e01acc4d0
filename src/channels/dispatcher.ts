import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { AppSettings } from '../config/app.settings.js';
import { Backlog } from '../deliveries/backlog.js';
import { Queues } from '../queue/queues.js';
import { type Hint, HINT_VERSION } from './hint.js';
import { LocalPool } from './local.pool.js';
import { Worker } from './worker.js';

/** How long Redis may take to accept a hint, in milliseconds, before the work is done here instead. */
const DEADLINE = 500;
/** How long work under way may take to finish at shutdown, in milliseconds. */
const DRAIN = 15_000;

/**
 * Hints of one channel that wait for a worker: a campaign's rows stay in the database until there is room. In a long
 * queue it takes Redis longer to find the place of what is urgent.
 */
const QUEUE = 2000;
/** A sweep names so many in any case, the urgent first. */
const LEAST = 100;

/** What Redis holds of a delivery. */
export interface Job {
  readonly id: string;
  readonly v: number;
}

/**
 * Brings due deliveries to a worker: through Bull where there is a Redis that answers, else in this process,
 * with the same runner and the same guards. Nobody waits for it.
 */
@Injectable()
export class Dispatcher implements BeforeApplicationShutdown {
  private readonly waiting = new Map<string, Hint[]>();
  private readonly pool: LocalPool;
  private stopping = false;

  constructor(
    private readonly queues: Queues,
    private readonly worker: Worker,
    private readonly backlog: Backlog,
    private readonly app: AppSettings,
  ) {
    this.pool = new LocalPool((channel, id) => this.worker.run(channel, id));
  }

  /** Whether a hint given now will reach a worker; if not, the sweep must find the row soon. */
  get hears(): boolean {
    return this.works || this.queues.ready;
  }

  private get works(): boolean {
    return this.app.role !== 'api' && !this.stopping;
  }

  /** How many more hints each of these channels has room for. */
  async room(channels: readonly string[]): Promise<Record<string, number>> {
    const rooms = channels.map(async (channel) => {
      const waiting = await withDeadline(this.waitingOf(channel), DEADLINE).catch(() => QUEUE);
      return [channel, Math.max(QUEUE - waiting, LEAST)] as const;
    });
    return Object.fromEntries(await Promise.all(rooms));
  }

  hint(channel: string, hint: Hint): void {
    const hints = this.waiting.get(channel);
    if (hints) hints.push(hint);
    else {
      this.waiting.set(channel, [hint]);
      setImmediate(() => this.flush(channel));
    }
  }

  /** From here on jobs of other processes are taken up. */
  begin(): void {
    this.queues.begin();
  }

  /** The work itself, for Bull's processor and for the pool. A stale hint does nothing. */
  async processOne(channel: string, { id, v = HINT_VERSION }: Partial<Job>): Promise<void> {
    if (id === undefined) return;
    const job = v > HINT_VERSION ? this.worker.leave(id) : this.worker.run(channel, id);
    await this.pool.beside(job);
  }

  /** Sends one delivery although this provider is not called at the moment. Returns whether it was called. */
  probe(channel: string, id: string, provider: string): Promise<boolean> {
    return this.pool.beside(this.worker.probe(channel, id, provider));
  }

  /** What has begun may end; the rest is for others, or for the next start, at once. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    const left = this.pool.stop();
    this.worker.stop();
    await Promise.all([this.untold(left), this.queues.rest(), this.pool.idle(DRAIN)]);
  }

  private queueOf(channel: string): Queue | undefined {
    return this.queues.ready ? this.queues.get(channel) : undefined;
  }

  private async waitingOf(channel: string): Promise<number> {
    return (await this.queueOf(channel)?.count()) ?? this.pool.waiting(channel);
  }

  private flush(channel: string): void {
    const hints = this.waiting.get(channel) ?? [];
    this.waiting.delete(channel);
    const queue = this.queueOf(channel);
    if (!queue) {
      this.here(channel, hints);
      return;
    }
    const jobs = hints.map(({ id, attempt, priority }) => ({
      data: { id, v: HINT_VERSION } satisfies Job,
      // To Bull 1 is the most urgent, and 0 is none.
      opts: { jobId: `${id}-${attempt}`, priority: priority + 1 },
    }));
    withDeadline(queue.addBulk(jobs), DEADLINE).catch(() => this.here(channel, hints));
  }

  private here(channel: string, hints: readonly Hint[]): void {
    if (this.works) for (const hint of hints) this.pool.add(channel, hint);
    else void this.untold(hints.map(({ id }) => id));
  }

  /** Without this the sweep would believe for half a minute that somebody is at it. */
  private untold(ids: readonly string[]): Promise<void> {
    return this.backlog.untold(ids).catch(() => undefined);
  }
}

async function withDeadline<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Redis did not answer in time.')), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
