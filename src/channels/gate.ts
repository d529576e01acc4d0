import { Injectable } from '@nestjs/common';
import { Backlog } from '../deliveries/backlog.js';
import type { Claimed } from '../deliveries/leases.js';
import type { HoldReason } from '../deliveries/status.js';
import { type Breaker, Breakers } from './breakers.js';
import type { Channel } from './channel.js';
import { ChannelRegistry } from './channel.registry.js';
import { Pauses } from './pauses.js';

/** Why nothing goes through a channel just now. */
export interface Hold {
  readonly reason: Extract<HoldReason, 'channel_paused' | 'breaker_open'>;
  /** A sentence for the sender. */
  readonly detail: string;
}

/** Who carries a delivery. */
export interface Route {
  readonly provider: string;
  /** It goes although the breaker is open, to find out. */
  readonly isProbe: boolean;
}

/** What a route is chosen by. */
type Traveller = Pick<Claimed, 'address' | 'tries' | 'refusedBy' | 'expiresAt'>;

/** So many tries a provider has with a delivery that it does not take, before another one is asked. */
const TRIES = 2;
/** Milliseconds: what is useful for a shorter time finds out nothing, while somebody else carries it to its address. */
const URGENT = 600_000;

/** Whether a channel's deliveries may go, and by whom: no operator has paused it, and a provider is called. */
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
    const breaker = this.breakers.ofAll(channel.providers);
    return breaker && waitsFor(breaker);
  }

  /** Who carries what comes next, as a rule; the preferred one where nobody is called. */
  providerOf({ provider, providers }: Channel): string {
    return providers.find((one) => !this.breakers.of(one)) ?? provider;
  }

  /**
   * Who carries this delivery: the first that is called, or whose time has come to be tried. One that has refused it
   * time and again comes last. Asks the database only to take a probe.
   */
  async routeFor(channel: Channel, row: Traveller): Promise<Route | Hold> {
    const providers = preferred(channel.providersFor(row.address), row);
    const isSpared = isUrgent(row) && providers.some((provider) => !this.breakers.of(provider));
    let hold: Hold | undefined;
    for (const provider of providers) {
      const breaker = this.breakers.of(provider);
      if (!breaker) return { provider, isProbe: false };
      hold ??= waitsFor(breaker);
      if (isSpared || !breaker.probeIsDue) continue;
      if (await this.breakers.takeProbe(provider)) return { provider, isProbe: true };
    }
    return hold ?? { provider: channel.provider, isProbe: false };
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

function waitsFor({ provider, code, message }: Breaker): Hold {
  const detail = `${provider} is not called at the moment (${code}): ${message} It waits.`;
  return { reason: 'breaker_open', detail };
}

function preferred(providers: readonly string[], { tries, refusedBy }: Traveller): readonly string[] {
  if (refusedBy === null || tries <= TRIES || !providers.includes(refusedBy)) return providers;
  return [...providers.filter((one) => one !== refusedBy), refusedBy];
}

const isUrgent = ({ expiresAt }: Traveller) =>
  expiresAt !== null && expiresAt.getTime() - Date.now() < URGENT;
