import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CapAlerts, type Place } from '../costs/cap.alerts.js';
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
  private underWay: Promise<void> = Promise.resolve();
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
    await this.underWay;
  }

  /** Looks once, after a look that is under way: that one has the suspicions with it. */
  look(): Promise<void> {
    const look = this.underWay.then(() => this.lookOnce());
    this.underWay = look.catch(() => undefined);
    return look;
  }

  private async lookOnce(): Promise<void> {
    const suspected = this.alerts.takeSuspected();
    if (suspected.length === 0) return;
    try {
      const { spent, open } = await this.judge(suspected);
      this.alerts.suspect(open);
      this.alerts.tell(await this.alerts.note(this.database, spent));
    } catch (error) {
      this.alerts.suspect(suspected);
      throw error;
    }
  }

  private judge(suspected: readonly Place[]) {
    return this.database.transaction('REPEATABLE READ', async (tx) => {
      const onTheirWay = rowsOf<Reserved>(await tx.query<unknown>(ON_THEIR_WAY));
      return this.alerts.judge(tx, suspected, onTheirWay);
    });
  }

  private next(): void {
    this.timer = setTimeout(() => void this.turn(), EVERY).unref();
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
