import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { AppSettings } from '../config/app.settings.js';
import { Leases } from '../deliveries/leases.js';
import { Dispatcher } from './dispatcher.js';
import { Reconciler } from './reconciler.js';

const EVERY = 1000;
const AT_ONCE = 1000;

/** Each second, in every process that delivers: what the events lost, what is due again, what workers left lying. */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Sweep');
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private failing = false;

  constructor(
    private readonly leases: Leases,
    private readonly dispatcher: Dispatcher,
    private readonly reconciler: Reconciler,
    private readonly app: AppSettings,
  ) {}

  onApplicationBootstrap(): void {
    if (this.app.role === 'api') return;
    this.timer = setTimeout(() => this.tick(), EVERY);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.round;
  }

  /** One round; also called by whoever cannot wait for the next second. */
  async sweep(): Promise<void> {
    await this.leases.expire();
    await this.leases.reap();
    for (const { channel, ...hint } of await this.leases.due(AT_ONCE)) this.dispatcher.hint(channel, hint);
    await this.reconciler.round();
  }

  private tick(): void {
    this.round = this.sweep()
      .then(() => (this.failing = false))
      .catch((error: unknown) => {
        // Once, not each second: an absent database is said aloud by others too.
        if (!this.failing)
          this.logger.error(`A round failed and is tried again: ${(error as Error).message}`);
        this.failing = true;
      })
      .then(() => {
        if (this.timer) this.timer = setTimeout(() => this.tick(), EVERY);
      });
  }
}
