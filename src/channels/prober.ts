import { Injectable } from '@nestjs/common';
import { Backlog } from '../deliveries/backlog.js';
import { Breakers } from './breakers.js';
import type { Channel } from './channel.js';
import { ChannelRegistry } from './channel.registry.js';
import { Dispatcher } from './dispatcher.js';
import { Pauses } from './pauses.js';

/** How many rows are looked at for one that may be sent: the preferences of some have changed meanwhile. */
const CANDIDATES = 10;

/**
 * Finds out with one delivery whether a provider that is not called works again, where nobody else carries the
 * channel. Where somebody does, no delivery waits, and one of those that come is tried with it (`Gate.routeFor`).
 */
@Injectable()
export class Prober {
  constructor(
    private readonly channels: ChannelRegistry,
    private readonly breakers: Breakers,
    private readonly pauses: Pauses,
    private readonly backlog: Backlog,
    private readonly dispatcher: Dispatcher,
  ) {}

  async round(): Promise<void> {
    await Promise.all(this.channels.all().map((channel) => this.probe(channel)));
  }

  /** Where nothing waits the probe is kept for what comes next. */
  private async probe({ name, providers }: Channel): Promise<void> {
    if (!this.breakers.ofAll(providers) || this.pauses.of(name)) return;
    const provider = providers.find((one) => this.breakers.of(one)?.probeIsDue);
    if (provider === undefined) return;
    const candidates = await this.backlog.first(name, CANDIDATES);
    if (candidates.length === 0 || !(await this.breakers.takeProbe(provider))) return;
    for (const id of candidates) if (await this.dispatcher.probe(name, id, provider)) return;
  }
}
