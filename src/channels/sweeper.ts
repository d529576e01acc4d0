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
import { Repeated } from './repeated.js';

const EVERY = 1000;
const AT_ONCE = 1000;

/** Each second, in every process that delivers: what the events lost, what is due again, what workers left lying. */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Sweep');
  private readonly rows = new Repeated(
    () => this.sweepRows(),
    EVERY,
    (error) => this.report(error),
  );
  /** Beside the rows: providers that answer slowly must not keep what has fallen due waiting. */
  private readonly questions = new Repeated(
    () => this.reconciler.round(),
    EVERY,
    (error) => this.report(error),
  );

  constructor(
    private readonly leases: Leases,
    private readonly dispatcher: Dispatcher,
    private readonly reconciler: Reconciler,
    private readonly app: AppSettings,
  ) {}

  onApplicationBootstrap(): void {
    if (this.app.role === 'api') return;
    this.rows.start();
    this.questions.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    // Nobody waits for the answer to a question: it is asked again after the next start.
    this.reconciler.stop();
    void this.questions.stop();
    await this.rows.stop();
  }

  /** One round; also called by whoever cannot wait for the next second. */
  async sweep(): Promise<void> {
    await this.sweepRows();
    await this.reconciler.round();
  }

  private async sweepRows(): Promise<void> {
    await this.leases.expire();
    await this.leases.reap();
    for (const { channel, ...hint } of await this.leases.due(AT_ONCE)) this.dispatcher.hint(channel, hint);
  }

  private report(error: Error): void {
    this.logger.error(`A round failed and is tried again: ${error.message}`);
  }
}
