import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CapAlerts } from '../costs/cap.alerts.js';
import { type Reserved, Spending } from '../costs/spending.js';
import { rowsOf } from './rows.js';

/** Milliseconds between two looks: most of what is on its way has arrived by then. */
const EVERY = 2000;

/* What was reserved for these may be given back. Each part is found by its partial index. */
const onTheirWay = (status: string) => `
  SELECT user_id AS "userId", category, coalesce(address, '') AS address, estimated_price AS "estimatedPrice",
         estimated_unit AS "estimatedUnit", reserved_at AS "reservedAt"
    FROM deliveries WHERE status = '${status}' AND reserved_at IS NOT NULL`;
const ON_THEIR_WAY = `${onTheirWay('sending')} UNION ALL ${onTheirWay('unknown')}`;

/**
 * Looks again at caps that a claim has brought to a level: whether it is spent, when nothing of it can be given back
 * any more. Beside the claims, which are not to wait for it; asks the database only while there is such a cap.
 */
@Injectable()
export class CapWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Costs');
  private round: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: DataSource,
    private readonly spending: Spending,
    private readonly alerts: CapAlerts,
  ) {}

  onApplicationBootstrap(): void {
    if (this.spending.isLimited) this.next();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.round;
  }

  /** Looks once. */
  async look(): Promise<void> {
    if (!this.alerts.isSuspecting) return;
    const spent = await this.database.transaction('REPEATABLE READ', async (tx) =>
      this.alerts.spent(tx, rowsOf<Reserved>(await tx.query<unknown>(ON_THEIR_WAY))),
    );
    this.alerts.tell(await this.alerts.note(this.database, spent));
  }

  private next(): void {
    this.timer = setTimeout(() => {
      this.round = this.turn();
    }, EVERY).unref();
  }

  private async turn(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      this.logger.debug(`Caps could not be looked at: ${(error as Error).message}`);
    }
    if (this.timer) this.next();
  }
}
