import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { DeliverySettings } from '../deliveries/delivery.settings.js';
import { type Claimed, Leases, type Outcome } from '../deliveries/leases.js';
import { PROVIDER_RANK, statusOf } from '../deliveries/status.js';
import { Aftermath } from './aftermath.js';
import type { Channel, Message, Receipt } from './channel.js';
import { DeliveryFailure } from './failures.js';
import { Gate, type Route } from './gate.js';
import { ProviderCalled } from './provider-called.event.js';
import { Recheck } from './recheck.js';
import { Traffic } from './traffic.js';

type Proof = Pick<Outcome, 'id' | 'attempt' | 'leaseToken'>;

/**
 * Milliseconds between the tries to write an outcome down, a minute in all; what comes after the lease's end is
 * believed too. Never long: a mail whose outcome is not written down soon after an outage goes once more.
 */
const PATIENCE = [200, 800, 2000, ...Array.from({ length: 14 }, () => 4000)];

/** One delivery in the hands of this worker. */
interface Turn {
  readonly channel: Channel;
  readonly row: Claimed;
  readonly claimedAt: number;
}
/** On its way to a provider. */
type Call = Turn & Route & { readonly place: string };
type Ending = Omit<Outcome, keyof Proof>;

/** One delivery's life in a worker: claim, ask once more whether it may, send, write down how it ended. */
@Injectable()
export class DeliveryRunner implements OnApplicationBootstrap {
  private readonly logger = new Logger('Deliveries');
  private recheck!: Recheck;

  constructor(
    private readonly leases: Leases,
    private readonly gate: Gate,
    private readonly traffic: Traffic,
    private readonly aftermath: Aftermath,
    private readonly modules: ModuleRef,
    private readonly settings: DeliverySettings,
    private readonly events: EventEmitter2,
  ) {}

  onApplicationBootstrap(): void {
    this.recheck = this.modules.get(Recheck, { strict: false });
  }

  /** Returns whether a provider was called. Where one is named it goes to that one, although its breaker is open. */
  async run(channel: Channel, id: string, probed?: string): Promise<boolean> {
    const claimedAt = performance.now();
    const row = await this.leases.claim(id, probed ?? this.gate.providerOf(channel), channel.metered);
    if (!row) return false;
    const turn: Turn = { channel, row, claimedAt };
    const way = await this.wayOf(turn, probed);
    const ending = isObstacle(way)
      ? way
      : await this.send({ ...turn, ...way, place: row.provider ?? way.provider });
    await this.settle({ id: row.id, attempt: row.attempt, leaseToken: row.leaseToken, ...ending });
    return !isObstacle(way);
  }

  /** What the provider said must not be lost because the database was away for a moment. */
  private async settle(outcome: Outcome): Promise<void> {
    for (const pause of PATIENCE) {
      try {
        await this.leases.settle(outcome);
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
    await this.leases.settle(outcome);
  }

  /** By whom it goes, or why it is given back without a call. */
  private async wayOf(turn: Turn, probed: string | undefined): Promise<Route | Ending> {
    const { row, claimedAt } = turn;
    const objection = await this.objectionTo(row);
    if (objection?.status === 'skipped') return { ...objection, fault: 'policy', counts: false };
    if (objection) return { ...objection, counts: false };
    const route = await this.routeOf(turn, probed);
    if (isObstacle(route)) return route;
    const isOurs = route.provider === row.provider || (await this.leases.reassign(row, route.provider));
    // A stalled process must not call when its lease may be over: it gives the row back untouched.
    const isLate = performance.now() - claimedAt > this.settings.leaseSeconds * 500;
    return isOurs && !isLate ? route : { status: 'pending', delay: 0, counts: false };
  }

  private async routeOf({ channel, row }: Turn, probed: string | undefined): Promise<Route | Ending> {
    const waits = { status: 'pending', counts: false } as const;
    if (probed !== undefined) {
      const carries = (await channel.providersFor(row.address)).includes(probed);
      return carries ? { provider: probed, isProbe: true } : { ...waits, delay: 0 };
    }
    const hold = this.gate.holdOn(channel);
    if (hold) return { ...waits, holdReason: hold.reason, delay: 0 };
    const route = await this.gate.routeFor(channel, row);
    return 'reason' in route ? { ...waits, holdReason: route.reason, delay: route.delay ?? 0 } : route;
  }

  private async objectionTo(row: Claimed) {
    try {
      return await this.recheck.objectionTo(row);
    } catch (error) {
      this.logger.warn(`delivery ${row.id}: could not be checked again, waits: ${(error as Error).message}`);
      return { status: 'pending', holdReason: 'retry', delay: 5 } as const;
    }
  }

  private async send(call: Call): Promise<Ending> {
    const { channel, row, provider } = call;
    const startedAt = performance.now();
    let receipt: Receipt;
    try {
      receipt = await channel.send(messageOf(row, provider));
    } catch (error) {
      return this.failed(call, startedAt, sorted(error, provider));
    }
    await this.traffic.worked(call).catch(() => undefined);
    const ending = accepted(receipt);
    this.tell(row, startedAt, receipt.provider, ending.status);
    return ending;
  }

  private tell(
    { channel, tries, dueAt }: Claimed,
    startedAt: number,
    provider: string,
    outcome: string,
    failure?: DeliveryFailure,
  ): void {
    const took = (performance.now() - startedAt) / 1000;
    const waited = tries === 1 ? Math.max(0, Date.now() - +dueAt) / 1000 : null;
    const kind = failure ? { kind: failure.kind, code: failure.code } : null;
    this.events.emit(ProviderCalled.name, new ProviderCalled(channel, provider, outcome, took, waited, kind));
  }

  private async failed(call: Call, startedAt: number, failure: DeliveryFailure): Promise<Ending> {
    const { row } = call;
    const verdict = await this.aftermath.ofCall(call, failure);
    this.tell(row, startedAt, failure.provider, verdict.status, failure);
    const errorMessage = storable(failure.message);
    this.logger.warn(
      `delivery ${row.id} by ${row.channel}, attempt ${row.attempt}: ${failure.kind} (${failure.code}) ` +
        `${errorMessage}; now ${verdict.status}`,
    );
    return { ...verdict, provider: failure.provider, errorCode: failure.code, errorMessage };
  }
}

const isObstacle = (way: Route | Ending): way is Ending => 'status' in way;

export const messageOf = (
  row: Omit<Claimed, 'leaseToken' | 'dueAt' | 'refusedBy' | 'follows'>,
  provider: string,
): Message => ({
  deliveryId: row.id,
  notificationId: row.notificationId,
  userId: row.userId,
  type: row.type,
  category: row.category,
  attempt: row.attempt,
  provider,
  guarantee: row.guarantee,
  to: row.address,
  content: row.content,
  expiresAt: row.expiresAt,
  optional: row.optional,
});

function accepted(receipt: Receipt): Ending {
  return {
    status: statusOf(receipt.status),
    provider: receipt.provider,
    providerId: receipt.providerId,
    providerStatus: receipt.status,
    providerRank: PROVIDER_RANK[receipt.status],
    segments: receipt.segments ?? null,
    encoding: receipt.encoding ?? null,
  };
}

/** The provider's own words, as far as they can be kept: no NUL, no half of a pair. */
const storable = (text: string) => text.slice(0, 1000).replaceAll(/[\0\p{Surrogate}]/gu, '\uFFFD');

/** An error that a channel did not sort may have come after the provider's yes: its outcome is unknown. */
function sorted(error: unknown, provider: string): DeliveryFailure {
  if (error instanceof DeliveryFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new DeliveryFailure({
    kind: 'ambiguous',
    code: 'unexpected',
    message,
    provider,
    cause: error,
  });
}
