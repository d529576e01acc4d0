import type { Hint } from './hint.js';

/** How many deliveries of one channel are under way at once in this process. */
const WIDTH = 64;
/** Lanes by priority: critical, normal, bulk. */
const LANES = 3;
/** What waits in one lane at most: the rows are in the database, and the sweep names them again. */
const LONGEST = 10_000;

interface Lane {
  readonly channel: string;
  readonly queue: string[][];
  underway: number;
}

/** Work inside the process: a few at a time per channel, the urgent first, each delivery once. */
export class LocalPool {
  private readonly channels = new Map<string, Lane>();
  private readonly known = new Set<string>();
  private readonly running = new Set<Promise<unknown>>();
  private stopped = false;

  constructor(private readonly work: (channel: string, id: string) => Promise<void>) {}

  add(channel: string, { id, priority }: Hint): void {
    const lane = this.laneOf(channel);
    const line = lane.queue[Math.min(priority, LANES - 1)] ?? [];
    if (this.stopped || this.known.has(id) || line.length >= LONGEST) return;
    this.known.add(id);
    line.push(id);
    this.next(lane);
  }

  /** How many of a channel have not begun. */
  waiting(channel: string): number {
    const queue = this.channels.get(channel)?.queue ?? [];
    return queue.reduce((sum, ids) => sum + ids.length, 0);
  }

  /** Work that goes on beside the lanes, and is counted when the pool drains. */
  async beside<T>(job: Promise<T>): Promise<T> {
    this.running.add(job);
    try {
      return await job;
    } finally {
      this.running.delete(job);
    }
  }

  /** Begins nothing more. Returns what had not begun. */
  stop(): string[] {
    this.stopped = true;
    return [...this.channels.values()].flatMap(({ queue }) => queue.flatMap((ids) => ids.splice(0)));
  }

  /** Resolves when nothing is under way, or after so many milliseconds. */
  async idle(milliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)));
    await Promise.race([Promise.allSettled([...this.running]), late]);
    clearTimeout(timer);
  }

  private laneOf(channel: string): Lane {
    let lane = this.channels.get(channel);
    if (!lane) {
      lane = { channel, queue: Array.from({ length: LANES }, () => []), underway: 0 };
      this.channels.set(channel, lane);
    }
    return lane;
  }

  private next(lane: Lane): void {
    while (lane.underway < WIDTH) {
      const id = lane.queue.find((ids) => ids.length > 0)?.shift();
      if (id === undefined) return;
      lane.underway += 1;
      // What fails here stays in its row: the lease ends and the reaper takes it up.
      void this.beside(this.work(lane.channel, id))
        .catch(() => undefined)
        .finally(() => {
          lane.underway -= 1;
          this.known.delete(id);
          this.next(lane);
        });
    }
  }
}
