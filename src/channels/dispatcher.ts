import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { AppSettings } from '../config/app.settings.js';
import { Leases } from '../deliveries/leases.js';
import { Queues } from '../queue/queues.js';
import { DeliveryRunner } from './delivery.runner.js';
import type { Hint } from './hint.js';
import { LocalPool } from './local.pool.js';

/** How long Redis may take to accept a hint, in milliseconds, before the work is done here instead. */
const DEADLINE = 500;
/** How long work under way may take to finish at shutdown, in milliseconds. */
const DRAIN = 15_000;

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
    private readonly runner: DeliveryRunner,
    private readonly leases: Leases,
    private readonly app: AppSettings,
  ) {
    this.pool = new LocalPool((id) => this.runner.run(id));
  }

  /** Whether a hint given now will reach a worker; if not, the sweep must find the row soon. */
  get hears(): boolean {
    return this.works || this.queues.ready;
  }

  private get works(): boolean {
    return this.app.role !== 'api' && !this.stopping;
  }

  hint(channel: string, hint: Hint): void {
    const hints = this.waiting.get(channel);
    if (hints) hints.push(hint);
    else {
      this.waiting.set(channel, [hint]);
      setImmediate(() => this.flush(channel));
    }
  }

  /** The work itself, for Bull's processor and for the pool. A stale hint does nothing. */
  async processOne(id: string): Promise<void> {
    await this.pool.runNow(id);
  }

  /** What has begun may end; the rest is for others, or for the next start, at once. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    const left = this.pool.stop();
    await Promise.all([this.untold(left), this.queues.rest(), this.pool.idle(DRAIN)]);
  }

  private flush(channel: string): void {
    const hints = this.waiting.get(channel) ?? [];
    this.waiting.delete(channel);
    const queue = this.queues.ready ? this.queues.get(channel) : undefined;
    if (!queue) {
      this.here(channel, hints);
      return;
    }
    const jobs = hints.map(({ id, attempt, priority }) => ({
      data: { id, attempt, priority },
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
    return this.leases.untold(ids).catch(() => undefined);
  }
}

async function withDeadline(work: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('Redis did not answer in time.')), milliseconds);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
