import { Injectable, Logger } from '@nestjs/common';
import { PROVIDER_RANK } from '../deliveries/status.js';
import { type Finding, type Unknown, Unknowns } from '../deliveries/unknowns.js';
import { Breakers } from './breakers.js';
import type { Channel } from './channel.js';
import { ChannelRegistry } from './channel.registry.js';
import { messageOf } from './delivery.runner.js';
import { MOST_ATTEMPTS } from './failures.js';

/** Questions of one round, for each channel; all at once, so that a provider that hangs costs one timeout. */
const AT_ONCE = 50;
/** Where the provider cannot be asked, one more try is all that an unknown outcome is worth. */
const MOST_UNASKED = 2;

/** Asks providers about messages whose outcome was lost; what they do not have is sent again, or given up. */
@Injectable()
export class Reconciler {
  private readonly logger = new Logger('Reconciler');
  private stopped = false;

  constructor(
    private readonly unknowns: Unknowns,
    private readonly channels: ChannelRegistry,
    private readonly breakers: Breakers,
  ) {}

  async round(): Promise<void> {
    await Promise.all(this.channels.all().map((channel) => this.roundOf(channel)));
  }

  stop(): void {
    this.stopped = true;
  }

  private async roundOf(channel: Channel): Promise<void> {
    const { name, grace, providers } = channel;
    const except = channel.find ? providers.filter((provider) => this.breakers.of(provider)) : [];
    if (this.stopped || (channel.find && except.length === providers.length)) return;
    const rows = await this.unknowns.take({ channel: name, grace, except, limit: AT_ONCE });
    await Promise.all(rows.map((row) => this.ask(channel, row)));
  }

  private async ask(channel: Channel, row: Unknown): Promise<void> {
    try {
      const finding = await findingOf(channel, row);
      await this.unknowns.resolve(row, finding);
      const result = finding.found
        ? finding.word
        : finding.again
          ? 'not there, sent again'
          : 'not there, given up';
      this.logger.log(`delivery ${row.id}: asked after attempt ${row.attempt}: ${result}`);
    } catch (error) {
      if (this.stopped) return;
      this.logger.warn(`delivery ${row.id}: the provider could not be asked: ${(error as Error).message}`);
    }
  }
}

async function findingOf(channel: Channel, row: Unknown): Promise<Finding> {
  const provider = row.provider ?? channel.provider;
  const receipt = await channel.find?.(messageOf(row, provider), row.startedAt);
  // Nobody can tell whether it has arrived: once more might be twice.
  if (receipt === 'untold') return { found: false, asked: false, again: false };
  if (receipt) {
    const { providerId, status } = receipt;
    const rank = PROVIDER_RANK[status];
    return { found: true, provider: receipt.provider, providerId, word: status, rank };
  }
  const most = channel.find ? MOST_ATTEMPTS[row.guarantee] : MOST_UNASKED;
  const again = row.guarantee === 'at_least_once' && row.tries < most;
  return { found: false, asked: channel.find !== undefined, again };
}
