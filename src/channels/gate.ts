import { Injectable } from '@nestjs/common';
import { Backlog } from '../deliveries/backlog.js';
import type { HoldReason } from '../deliveries/status.js';
import { Breakers } from './breakers.js';
import type { Channel } from './channel.js';
import { ChannelRegistry } from './channel.registry.js';
import { Pauses } from './pauses.js';

/** Why nothing goes through a channel just now. */
export interface Hold {
  readonly reason: Extract<HoldReason, 'channel_paused' | 'breaker_open'>;
  /** A sentence for the sender. */
  readonly detail: string;
}

/** Whether a channel's deliveries may go: no operator has paused it, and its provider is called. */
@Injectable()
export class Gate {
  constructor(
    private readonly channels: ChannelRegistry,
    private readonly pauses: Pauses,
    private readonly breakers: Breakers,
    private readonly backlog: Backlog,
  ) {}

  /** From memory: it costs nothing to ask. */
  holdOn(channel: Channel): Hold | undefined {
    const pause = this.pauses.of(channel.name);
    if (pause) {
      const why = pause.reason === null ? '' : `: ${pause.reason}`;
      return { reason: 'channel_paused', detail: `The channel is paused by an operator${why}. It waits.` };
    }
    const breaker = this.breakers.of(channel.provider);
    if (!breaker) return undefined;
    const detail = `${breaker.provider} is not called at the moment (${breaker.code}): ${breaker.message} It waits.`;
    return { reason: 'breaker_open', detail };
  }

  /** What all instances have agreed on meanwhile. */
  async refresh(): Promise<void> {
    await Promise.all([this.pauses.refresh(), this.breakers.refresh()]);
  }

  /** The names of the channels whose deliveries may go. */
  open(): string[] {
    return this.channels.all().flatMap((channel) => (this.holdOn(channel) ? [] : [channel.name]));
  }

  /** How many deliveries could go now, counted no further than `most`. */
  waiting(most: number): Promise<number> {
    return this.backlog.size(this.open(), most);
  }
}
