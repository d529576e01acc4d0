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
  /** Where the next round begins, by channel: rows that stay silent must not hide the ones behind them. */
  private readonly after = new Map<string, string | null>();

  constructor(
    private readonly silences: Silences,
    private readonly channels: ChannelRegistry,
    private readonly breakers: Breakers,
    private readonly reports: Reports,
  ) {}

  async round(): Promise<void> {
    await Promise.all(this.channels.all().map((channel) => this.roundOf(channel)));
  }

  private async roundOf(channel: Channel): Promise<void> {
    const { name, provider, patience } = channel;
    if (!channel.lookUp || this.breakers.of(provider)) return;
    const query = { channel: name, provider, patience, after: this.after.get(name) ?? null };
    const { rows, next } = await this.silences.take(query);
    this.after.set(name, next);
    if (rows.length > 0) await this.ask(channel, rows);
  }

  private async ask(channel: Channel, rows: readonly Silent[]): Promise<void> {
    try {
      const words = (await channel.lookUp?.(rows)) ?? [];
      const byId = new Map(rows.map((row) => [row.providerId, row]));
      for (const word of words) {
        const row = byId.get(word.providerId);
        if (!row || statusOf(word.status) === 'sent') continue;
        const { id: deliveryId, attempt } = row;
        await this.reports.receive({ ...word, provider: channel.provider, deliveryId, attempt });
      }
    } catch (error) {
      this.logger.warn(
        `${channel.provider} could not be asked how messages fare: ${(error as Error).message}`,
      );
    }
  }
}
