import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { AppSettings } from '../config/app.settings.js';
import { TERMS } from './retained.js';
import { type Cleared, Retention } from './retention.js';

/** Milliseconds from the start to the first round: by then what waited for the start has gone. */
const FIRST = 300_000;
/** Milliseconds between two rounds. */
const EVERY = 3_600_000;

/** Each hour, in every process that delivers: what has been kept long enough is taken away. */
@Injectable()
export class RetentionRounds implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Retention');
  private readonly stopping = new AbortController();
  private round: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly retention: Retention,
    private readonly app: AppSettings,
  ) {}

  onApplicationBootstrap(): void {
    if (this.app.role !== 'api') this.next(FIRST);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.round;
  }

  private next(pause: number): void {
    this.timer = setTimeout(() => {
      this.round = this.turn();
    }, pause).unref();
  }

  private async turn(): Promise<void> {
    try {
      const cleared = await this.retention.clear({ signal: this.stopping.signal });
      if (cleared) this.tell(cleared);
    } catch (error) {
      this.logger.warn(`What is due to go stays for another hour: ${(error as Error).message}`);
    }
    if (!this.stopping.signal.aborted) this.next(EVERY);
  }

  private tell(cleared: Cleared): void {
    for (const term of TERMS) {
      const gone = Object.entries(cleared[term]).map(([table, count]) => `${count} of ${table}`);
      if (gone.length > 0) this.logger.log(`${term} that was kept long enough is gone: ${gone.join(', ')}`);
    }
  }
}
