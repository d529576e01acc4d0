import { Injectable, Logger } from '@nestjs/common';
import { type Silent, Silences } from '../deliveries/silences.js';
import { statusOf } from '../deliveries/status.js';
import { Breakers } from './breakers.js';
import type { Channel } from './channel.js';
import { ChannelRegistry } from './channel.registry.js';
import { Reports } from './reports.js';

/** Asks providers after messages of which nothing has been heard: a callback was lost, or nobody could send it. */
@Injectable()
export class Poller {
  private readonly logger = new Logger('Poller');
  /** Where the next round begins, by provider: rows that stay silent must not hide the ones behind them. */
  private readonly after = new Map<string, string | null>();

  constructor(
    private readonly silences: Silences,
    private readonly channels: ChannelRegistry,
    private readonly breakers: Breakers,
    private readonly reports: Reports,
  ) {}

  async round(): Promise<void> {
    const asked = this.channels
      .all()
      .flatMap((channel) => channel.providers.map((provider) => this.roundOf(channel, provider)));
    await Promise.all(asked);
  }

  private async roundOf(channel: Channel, provider: string): Promise<void> {
    const patience = channel.patienceWith(provider);
    if (!channel.lookUp || patience === null || this.breakers.of(provider)) return;
    const after = this.after.get(provider) ?? null;
    const { rows, next } = await this.silences.take({ channel: channel.name, provider, patience, after });
    this.after.set(provider, next);
    if (rows.length > 0) await this.ask(channel, provider, rows);
  }

  private async ask(channel: Channel, provider: string, rows: readonly Silent[]): Promise<void> {
    try {
      const words = (await channel.lookUp?.(rows, provider)) ?? [];
      const byId = new Map(rows.map((row) => [row.providerId, row]));
      for (const word of words) {
        const row = byId.get(word.providerId);
        if (!row || statusOf(word.status) === 'sent') continue;
        const { id: deliveryId, attempt } = row;
        await this.reports.receive({ ...word, provider, deliveryId, attempt });
      }
    } catch (error) {
      this.logger.warn(`${provider} could not be asked how messages fare: ${(error as Error).message}`);
    }
  }
}
