import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AppSettings } from '../config/app.settings.js';

/** Milliseconds between two rounds. */
const EVERY = 3_600_000;

/* Longer than a month, and than the days in which a provider may still name a price. */
const CLEAN = `
  DELETE FROM spending
   WHERE starts_at < now() - interval '40 days'
      OR (starts_at < now() - interval '1 day' AND scope LIKE '%\\_hour')`;

/** Takes away counters of windows that are long over. */
@Injectable()
export class SpendingCleaner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Costs');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: DataSource,
    private readonly app: AppSettings,
  ) {}

  onApplicationBootstrap(): void {
    if (this.app.role === 'api') return;
    this.timer = setInterval(() => {
      this.clean().catch((error: unknown) => {
        this.logger.warn(`Old counters stay for another hour: ${(error as Error).message}`);
      });
    }, EVERY).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async clean(): Promise<void> {
    await this.database.query(CLEAN);
  }
}
