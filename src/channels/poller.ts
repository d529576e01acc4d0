import { Injectable, Logger } from '@nestjs/common';
import { type Silent, Silences } from '../deliveries/silences.js';
import { statusOf } from '../deliveries/status.js';
import { Breakers } from './breakers.js';
import type { Channel } from './channel.js';
import { ChannelRegistry } from './channel.registry.js';
import { Reports } from './reports.js';

/** Milliseconds for which a provider is let alone after a question that it did not answer. */
const REST = 5000;

/** Asks providers after messages of which nothing has been heard: a callback was lost, or nobody could send it. */
@Injectable()
export class Poller {
  private readonly logger = new Logger('Poller');
  /** Where the next round begins, by provider: rows that stay silent must not hide the ones behind them. */
  private readonly after = new Map<string, string | null>();
  /** Until when a provider is let alone. */
  private readonly restsUntil = new Map<string, number>();

  constructor(
    private readonly silences: Silences,
    private readonly channels: ChannelRegistry,
    private readonly breakers: Breakers,
    private readonly reports: Reports,
  ) {}

  async round(now = Date.now()): Promise<void> {
    const asked = this.channels
      .all()
      .flatMap((channel) => channel.providers.map((provider) => this.roundOf(channel, provider, now)));
    await Promise.all(asked);
  }

  private async roundOf(channel: Channel, provider: string, now: number): Promise<void> {
    const patience = channel.patienceWith(provider);
    if (!channel.lookUp || patience === null || this.breakers.of(provider)) return;
    if (now < (this.restsUntil.get(provider) ?? 0)) return;
    const after = this.after.get(provider) ?? null;
    const page = await this.silences.take({ channel: channel.name, provider, patience, after });
    this.after.set(provider, page.next);
    const left = new Map(page.rows.map((row) => [row.providerId, row]));
    try {
      if (left.size > 0) await this.ask(channel, provider, left);
    } catch (error) {
      this.restsUntil.set(provider, now + REST);
      this.logger.warn(`${provider} could not be asked how messages fare: ${(error as Error).message}`);
    }
    await this.silences.giveBack([...left.values()], page.takenAt);
  }

  /** What was asked after is taken out of `left`. */
  private async ask(channel: Channel, provider: string, left: Map<string, Silent>): Promise<void> {
    const words = await channel.lookUp?.([...left.values()], provider);
    for (const [providerId, word] of words ?? []) {
      const row = left.get(providerId);
      left.delete(providerId);
      if (!row || !word || statusOf(word.status) === 'sent') continue;
      const { id: deliveryId, attempt } = row;
      await this.reports.receive({ ...word, provider, providerId, deliveryId, attempt });
    }
  }
}
