import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { AppSettings } from '../config/app.settings.js';

/**
 * The time between the word to stop and the end of listening: the process is not ready any more, still takes every
 * request, and ends each connection with its answer, so that a load balancer loses none.
 */
@Injectable()
export class Leaving implements OnModuleDestroy {
  /** Whether the process has been told to stop. */
  begun = false;

  constructor(private readonly app: AppSettings) {}

  /** The first thing that Nest does at a stop. Nothing else ends before this does. */
  async onModuleDestroy(): Promise<void> {
    this.begun = true;
    await sleep(this.app.shutdownDelay * 1000);
  }
}
