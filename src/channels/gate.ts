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
  /** Seconds until a delivery that waits alone asks again; absent where the whole channel waits. */
  readonly delay?: number;
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
/**
 * Seconds until a delivery that only providers without a call could carry asks again: a tenth of the time for which they
 * have not been called, within these, so that what piles up in a long outage does not keep everybody busy with asking.
 */
const SOON = 10;
const LATE = 60;
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

  /**
   * The same for one delivery that is not claimed yet: it also waits while nobody of those is called who carry to its
   * address. The database is asked only while some of the channel's providers are not called.
   */
  async holdOnOne(channel: Channel, id: string): Promise<Hold | undefined> {
    const hold = this.holdOn(channel);
    if (hold || !channel.providers.some((provider) => this.breakers.of(provider))) return hold;
    const address = await this.backlog.addressOf(id);
    if (address === undefined) return undefined;
    const providers = await channel.providersFor(address);
    const breaker = this.breakers.ofAll(providers);
    const mayTry = providers.some((provider) => this.breakers.of(provider)?.probeIsDue);
    return breaker && !mayTry ? waitsAlone(breaker) : undefined;
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
    const providers = preferred(await channel.providersFor(row.address), row);
    const isSpared = isUrgent(row) && providers.some((provider) => !this.breakers.of(provider));
    let hold: Hold | undefined;
    for (const provider of providers) {
      const breaker = this.breakers.of(provider);
      if (!breaker) return { provider, isProbe: false };
      hold ??= waitsAlone(breaker);
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

function waitsAlone(breaker: Breaker): Hold {
  const seconds = (Date.now() - breaker.changedAt.getTime()) / 1000;
  return { ...waitsFor(breaker), delay: Math.min(Math.max(SOON, seconds / 10), LATE) };
}

function preferred(providers: readonly string[], { tries, refusedBy }: Traveller): readonly string[] {
  if (refusedBy === null || tries <= TRIES || !providers.includes(refusedBy)) return providers;
  return [...providers.filter((one) => one !== refusedBy), refusedBy];
}

const isUrgent = ({ expiresAt }: Traveller) =>
  expiresAt !== null && expiresAt.getTime() - Date.now() < URGENT;
