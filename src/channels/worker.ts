import { Injectable } from '@nestjs/common';
import { Backlog } from '../deliveries/backlog.js';
import type { Channel } from './channel.js';
import { ChannelRegistry } from './channel.registry.js';
import { DeliveryRunner } from './delivery.runner.js';
import { Gate } from './gate.js';
import { Traffic } from './traffic.js';

/** Seconds after which a row that this process cannot send is offered again, perhaps to a newer one. */
const NOT_MINE = 30;

/** Takes up deliveries by their hints: not more at once than the provider bears, and none that has to wait. */
@Injectable()
export class Worker {
  private stopping = false;

  constructor(
    private readonly channels: ChannelRegistry,
    private readonly gate: Gate,
    private readonly traffic: Traffic,
    private readonly backlog: Backlog,
    private readonly runner: DeliveryRunner,
  ) {}

  /** A stale hint does nothing. */
  async run(name: string, id: string): Promise<void> {
    const channel = this.channels.find(name);
    if (!channel) return this.leave(id);
    const provider = await this.placeFor(channel);
    try {
      const hold = await this.gate.holdOnOne(channel, id);
      if (this.stopping) await this.backlog.untold([id]);
      else if (hold) await this.backlog.hold(id, hold.reason, hold.delay);
      else await this.runner.run(channel, id);
    } catch (error) {
      // Nobody else was told: the next sweep tells anew, and not the one in half a minute.
      await this.backlog.untold([id]).catch(() => undefined);
      throw error;
    } finally {
      this.traffic.leave(provider);
    }
  }

  /** Sends although the provider's breaker is open, to find out. Returns whether the provider was called. */
  async probe(name: string, id: string, provider: string): Promise<boolean> {
    const channel = this.channels.find(name);
    return channel !== undefined && this.runner.run(channel, id, provider);
  }

  /** Begins nothing more: what waits for a place is for others, at once. */
  stop(): void {
    this.stopping = true;
    this.traffic.release();
  }

  /** Takes a place at whoever carries the channel: at another one when that has changed while it waited. */
  private async placeFor(channel: Channel): Promise<string> {
    const provider = this.gate.providerOf(channel);
    await this.traffic.enter(provider);
    if (this.stopping || this.gate.providerOf(channel) === provider) return provider;
    this.traffic.leave(provider);
    return this.placeFor(channel);
  }

  /** For another process, in a moment. */
  leave(id: string): Promise<void> {
    return this.backlog.postpone(id, NOT_MINE);
  }
}
