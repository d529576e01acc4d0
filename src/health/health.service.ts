import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ChannelMode } from '../channels/channel.js';
import { ChannelRegistry } from '../channels/channel.registry.js';
import { Gate } from '../channels/gate.js';
import { AppSettings } from '../config/app.settings.js';
import { Answer } from '../http/answer.js';
import { Leaving } from '../http/leaving.js';
import { Queues } from '../queue/queues.js';
import type { ReadinessView } from './health.view.js';

const PATIENCE = 2000;

const STATES = { channel_paused: 'paused', breaker_open: 'provider_unavailable' } as const;

/** What the process can do just now. */
@Injectable()
export class HealthService {
  constructor(
    private readonly database: DataSource,
    private readonly queues: Queues,
    private readonly channels: ChannelRegistry,
    private readonly gate: Gate,
    private readonly app: AppSettings,
    private readonly leaving: Leaving,
  ) {}

  async ready(): Promise<Answer<ReadinessView>> {
    const database = await this.databaseAnswers();
    const channels = this.states();
    const works = database && !this.leaving.begun;
    return new Answer(works ? 200 : 503, {
      status: works ? statusOf(channels) : this.leaving.begun ? 'stopping' : 'database_unavailable',
      role: this.app.role,
      database: database ? 'ok' : 'unavailable',
      dispatch: this.dispatch(),
      channels,
    });
  }

  dispatch(): ReadinessView['dispatch'] {
    return this.queues.ready ? 'redis' : 'in_process';
  }

  modes(): Record<string, ChannelMode> {
    return Object.fromEntries(this.channels.all().map((channel) => [channel.name, channel.mode()]));
  }

  private states(): ReadinessView['channels'] {
    const states = this.channels.all().map((channel) => {
      const { reason } = this.gate.holdOn(channel) ?? {};
      return [channel.name, { ...channel.mode(), state: reason ? STATES[reason] : 'open' }] as const;
    });
    return Object.fromEntries(states);
  }

  private async databaseAnswers(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), PATIENCE);
    });
    const asked = this.database.query('SELECT 1').then(
      () => true,
      () => false,
    );
    const answers = await Promise.race([asked, late]);
    clearTimeout(timer);
    return answers;
  }
}

function statusOf(channels: ReadinessView['channels']): 'ok' | 'degraded' {
  const states = Object.values(channels).map(({ state }) => state);
  return states.includes('provider_unavailable') ? 'degraded' : 'ok';
}
