import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { Backlog } from '../deliveries/backlog.js';
import { Breakers } from './breakers.js';
import type { Claimed } from '../deliveries/leases.js';
import type { Channel } from './channel.js';
import { type DeliveryFailure, FAILURES } from './failures.js';
import { FailureWindow } from './failure.window.js';
import { ProviderBreakerChanged } from './provider-breaker-changed.event.js';
import { SlowStart } from './slow.start.js';

/** As many calls as a process has under way for one channel: from here on nothing is held back. */
const WIDE = 64;
/** So often a delivery may open the breaker before it is what is wrong. */
const MOST_OPENINGS = 3;
/** Beyond so many the oldest are forgotten. */
const REMEMBERED = 1000;

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
  enter({ provider }: Channel): Promise<void> | undefined {
    return this.lineOf(provider).start.enter();
  }

  leave({ provider }: Channel): void {
    this.lineOf(provider).start.leave();
  }

  /** Nobody is kept waiting for a place any more: the process ends. */
  release(): void {
    for (const { start } of this.lines.values()) start.open();
  }

  /** The provider has answered like one that works, be it with a no to this message. */
  async worked({ provider }: Channel, isProbe: boolean): Promise<void> {
    const { start, window } = this.lineOf(provider);
    window.note(false);
    start.succeeded();
    if (isProbe) await this.breakers.close(provider, 'the probe went through');
  }

  /**
   * Draws the conclusion for the provider from a failure of one delivery. What has failed before and fails again
   * says nothing new of it: a few addresses that never work must not keep the others waiting.
   */
  async failed(
    channel: Channel,
    failure: DeliveryFailure,
    { id, tries }: Pick<Claimed, 'id' | 'tries'>,
    isProbe: boolean,
  ): Promise<void> {
    const { blames } = FAILURES[failure.kind];
    if (blames === 'message') return this.worked(channel, isProbe);
    const tooMany = tries === 1 && this.lineOf(channel.provider).window.note(blames === 'provider');
    if (isProbe) return this.breakers.probeFailed(channel.provider, failure);
    if (blames === 'configuration') {
      this.remember(id);
      await this.open(channel, 'configuration', failure);
    } else if (tooMany) {
      await this.open(channel, 'failures', failure);
    }
  }

  /** Keeps the provider from being called, and writes down what its channel's deliveries wait for. */
  async open(
    channel: Channel,
    cause: 'configuration' | 'failures',
    failure: Pick<DeliveryFailure, 'code' | 'message'>,
  ): Promise<void> {
    const opened = await this.breakers.open(channel.provider, cause, failure);
    if (opened) await this.backlog.holdAll(channel.name, 'breaker_open');
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
