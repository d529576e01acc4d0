import { Injectable } from '@nestjs/common';
import { Caps } from '../costs/caps.js';
import { Waiting } from '../deliveries/waiting.js';
import { Metrics } from './metrics.service.js';

/** Two scrapers, or an impatient one, ask the database no more often than this; in milliseconds. */
const KEPT = 5000;

/** What waits in the database and how much of the caps is used, looked up when somebody asks. */
@Injectable()
export class BacklogGauges {
  private looked = -Infinity;
  private look: Promise<void> = Promise.resolve();

  constructor(
    private readonly waiting: Waiting,
    private readonly caps: Caps,
    private readonly metrics: Metrics,
  ) {}

  /** While the database is away the gauges are empty, and everything else is still told. */
  refresh(): Promise<void> {
    if (performance.now() - this.looked > KEPT) {
      this.looked = performance.now();
      this.look = this.read().catch(() => this.clear());
    }
    return this.look;
  }

  private async read(): Promise<void> {
    const [counts, ages] = [await this.waiting.counts(), await this.waiting.ages()];
    const states = await this.caps.ofAll();
    const { backlog, oldestDue, caps } = this.metrics.instruments;
    this.clear();
    for (const { cap, key, percent } of states) caps.set({ cap, key }, percent / 100);
    for (const { count, ...labels } of counts) backlog.set(labels, count);
    for (const { priority, seconds } of ages) oldestDue.set({ priority }, seconds);
  }

  private clear(): void {
    this.metrics.instruments.backlog.reset();
    this.metrics.instruments.oldestDue.reset();
    this.metrics.instruments.caps.reset();
  }
}
