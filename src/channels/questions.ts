import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { AppSettings } from '../config/app.settings.js';
import { Poller } from './poller.js';
import { Prober } from './prober.js';
import { Reconciler } from './reconciler.js';
import { Repeated } from './repeated.js';

const EVERY = 1000;

/**
 * What providers are asked, each second, in every process that delivers. Beside the sweep and beside each other:
 * a provider that answers slowly keeps nothing else waiting.
 */
@Injectable()
export class Questions implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Questions');
  private readonly rounds: readonly Repeated[];

  constructor(
    private readonly reconciler: Reconciler,
    poller: Poller,
    prober: Prober,
    private readonly app: AppSettings,
  ) {
    this.rounds = [reconciler, poller, prober].map(
      (asker) =>
        new Repeated(
          () => asker.round(),
          EVERY,
          (error) => this.report(error),
        ),
    );
  }

  onApplicationBootstrap(): void {
    if (this.app.role !== 'api') for (const round of this.rounds) round.start();
  }

  /** Nobody waits for the answer to a question: it is asked again after the next start. */
  beforeApplicationShutdown(): void {
    this.reconciler.stop();
    for (const round of this.rounds) void round.stop();
  }

  private report(error: Error): void {
    this.logger.error(`A round failed and is tried again: ${error.message}`);
  }
}
