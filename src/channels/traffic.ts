import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { Backlog } from '../deliveries/backlog.js';
import { Breakers } from './breakers.js';
import type { Claimed } from '../deliveries/leases.js';
import type { Channel } from './channel.js';
import type { DeliveryFailure } from './failures.js';
import { FailureWindow } from './failure.window.js';
import { ProviderBreakerChanged } from './provider-breaker-changed.event.js';
import { SlowStart } from './slow.start.js';

/** As many calls as a process has under way for one channel: from here on nothing is held back. */
const WIDE = 64;
/** So often a delivery may open the breaker before it is what is wrong. */
const MOST_OPENINGS = 3;
/** Seconds: a provider that wants to be left alone for so long or longer is left alone by all. */
const LONG_REST = 5;
/** Beyond so many the oldest are forgotten. */
const REMEMBERED = 1000;

/** A call of a delivery's: through which channel, to whom, and whether it went past an open breaker. */
export interface Call {
  readonly channel: Channel;
  readonly provider: string;
  readonly isProbe: boolean;
  /** At whom it has its place: before the claim nobody knows who carries to the address. */
  readonly place: string;
}

interface Line {
  readonly start: SlowStart;
  readonly window: FailureWindow;
}

/** The calls of this process to each provider: how many at once, and what their ends say of the provider. */
@Injectable()
export class Traffic {
  private readonly lines = new Map<string, Line>();
  /** How often a delivery, itself no probe, has opened a breaker. */
  private readonly openings = new Map<string, number>();

  constructor(
    private readonly breakers: Breakers,
    private readonly backlog: Backlog,
  ) {}

  /** Takes a place for a call; undefined where there is one at once. */
  enter(provider: string): Promise<void> | undefined {
    return this.lineOf(provider).start.enter();
  }

  leave(provider: string): void {
    this.lineOf(provider).start.leave();
  }

  /** Nobody is kept waiting for a place any more: the process ends. */
  release(): void {
    for (const { start } of this.lines.values()) start.open();
  }

  /** The provider has answered like one that works, be it with a no to this message. */
  async worked({ provider, isProbe, place }: Omit<Call, 'channel'>): Promise<void> {
    this.lineOf(provider).window.note(false);
    for (const one of new Set([provider, place])) this.lineOf(one).start.succeeded();
    if (isProbe) await this.breakers.close(provider, 'the probe went through');
  }

  /**
   * Draws the conclusion for the provider from a failure of one delivery. What has failed before and fails again
   * says nothing new of it: a few addresses that never work must not keep the others waiting.
   */
  async failed(
    call: Call,
    failure: DeliveryFailure,
    { id, tries }: Pick<Claimed, 'id' | 'tries'>,
  ): Promise<void> {
    const { provider, isProbe } = call;
    const { blames } = failure;
    if (blames === 'nobody') return;
    if (blames === 'message') return this.worked(call);
    const tooMany = tries === 1 && this.lineOf(provider).window.note(blames === 'provider');
    if (isProbe) return this.breakers.probeFailed(provider, failure);
    if (blames === 'configuration') {
      this.remember(id);
      await this.open(call, 'configuration', failure);
    } else if (tooMany || wantsRest(failure)) {
      await this.open(call, 'failures', failure);
    }
  }

  /** Keeps the provider from being called. Where nobody else may be, it is written down what the deliveries wait for. */
  async open(
    { channel, provider }: Pick<Call, 'channel' | 'provider'>,
    cause: 'configuration' | 'failures',
    failure: Parameters<Breakers['open']>[2],
  ): Promise<void> {
    const opened = await this.breakers.open(provider, cause, failure);
    if (opened && this.breakers.ofAll(channel.providers)) {
      await this.backlog.holdAll(channel.name, 'breaker_open');
    }
  }

  /** Whether the provider is not called any more, and another one carries to the address. */
  async goesElsewhere({ channel, provider }: Call, to: string): Promise<boolean> {
    if (!this.breakers.of(provider)) return false;
    return !this.breakers.ofAll(await channel.providersFor(to));
  }

  /** Whether a delivery is refused again and again while others are taken: then the settings are not to blame. */
  isRefusedAlone(id: string): boolean {
    return (this.openings.get(id) ?? 0) >= MOST_OPENINGS;
  }

  @OnEvent(ProviderBreakerChanged.name)
  onProviderBreakerChanged({ provider, state }: ProviderBreakerChanged): void {
    if (state !== 'closed') return;
    const { start, window } = this.lineOf(provider);
    start.reset();
    window.clear();
  }

  private remember(id: string): void {
    const times = (this.openings.get(id) ?? 0) + 1;
    this.openings.delete(id);
    this.openings.set(id, times);
    if (this.openings.size > REMEMBERED) this.openings.delete(this.openings.keys().next().value ?? '');
  }

  private lineOf(provider: string): Line {
    let line = this.lines.get(provider);
    if (!line) {
      line = { start: new SlowStart(WIDE), window: new FailureWindow() };
      this.lines.set(provider, line);
    }
    return line;
  }
}

const wantsRest = ({ retryAfter = 0, waitsAlone }: DeliveryFailure) => retryAfter >= LONG_REST && !waitsAlone;
