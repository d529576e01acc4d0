import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AppSettings } from '../config/app.settings.js';
import { Idempotency } from '../http/idempotency.js';

const EVERY = 3_600_000;

/** Once an hour: forgets what has been kept long enough. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Housekeeping');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: DataSource,
    private readonly idempotency: Idempotency,
    private readonly app: AppSettings,
  ) {}

  onApplicationBootstrap(): void {
    if (this.app.role === 'api') return;
    this.timer = setInterval(() => void this.round(), EVERY);
    this.timer.unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async round(): Promise<void> {
    try {
      const forgotten = await this.idempotency.forgetOld(this.database);
      if (forgotten > 0)
        this.logger.log(`${forgotten} Idempotency-Keys are over 72 hours old and forgotten.`);
    } catch (error) {
      this.logger.warn(`Old Idempotency-Keys could not be forgotten: ${(error as Error).message}`);
    }
  }
}
