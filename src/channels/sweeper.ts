import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { AppSettings } from '../config/app.settings.js';
import { Backlog } from '../deliveries/backlog.js';
import { Fallbacks } from '../deliveries/fallbacks.js';
import { Leases } from '../deliveries/leases.js';
import { Dispatcher } from './dispatcher.js';
import { Gate } from './gate.js';
import { Repeated } from './repeated.js';

const EVERY = 1000;

/**
 * Each second: what operators and other instances have decided, and, in every process that delivers, what the
 * events lost, what is due again, what workers left lying.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Sweep');
  private readonly rounds = new Repeated(
    () => (this.app.role === 'api' ? this.gate.refresh() : this.sweep()),
    EVERY,
    (error) => this.logger.error(`A round failed and is tried again: ${error.message}`),
  );

  constructor(
    private readonly leases: Leases,
    private readonly backlog: Backlog,
    private readonly fallbacks: Fallbacks,
    private readonly dispatcher: Dispatcher,
    private readonly gate: Gate,
    private readonly app: AppSettings,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    // What is paused stays paused over a restart; without a database the first round finds out.
    await this.gate.refresh().catch(() => undefined);
    this.dispatcher.begin();
    this.rounds.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  /** One round; also called by whoever cannot wait for the next second. */
  async sweep(): Promise<void> {
    await this.gate.refresh();
    await this.backlog.expire();
    await this.leases.reap();
    const open = this.gate.open();
    await this.fallbacks.look(open);
    const due = await this.backlog.due(await this.dispatcher.room(open));
    for (const { channel, ...hint } of due) this.dispatcher.hint(channel, hint);
  }
}
