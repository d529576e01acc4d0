import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Idempotency } from './idempotency.js';

const HOUR = 3_600_000;

/** Forgets old Idempotency-Keys, every hour. Several processes at once do no harm. */
@Injectable()
export class ForgetKeys implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Http');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly db: DataSource,
    private readonly idempotency: Idempotency,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.forget(), HOUR).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async forget(): Promise<void> {
    try {
      await this.idempotency.forgetOld(this.db);
    } catch (error) {
      this.logger.warn(`Old idempotency keys stay for another hour: ${(error as Error).message}`);
    }
  }
}
