import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { DeliverySettings } from '../deliveries/delivery.settings.js';
import { type Claimed, Leases, type Outcome } from '../deliveries/leases.js';
import { PROVIDER_RANK, statusOf } from '../deliveries/status.js';
import type { Channel, Message, Receipt } from './channel.js';
import { ChannelRegistry } from './channel.registry.js';
import { DeliveryFailure, SUPPRESSING, verdictOn } from './failures.js';
import { Recheck } from './recheck.js';
import { SuppressionsService } from './suppressions.service.js';

type Proof = Pick<Outcome, 'id' | 'attempt' | 'leaseToken'>;

/**
 * Milliseconds between the tries to write an outcome down, a minute in all; what comes after the lease's end is
 * believed too. Never long: a mail whose outcome is not written down soon after an outage goes once more.
 */
const PATIENCE = [200, 800, 2000, ...Array.from({ length: 14 }, () => 4000)];

/** Seconds after which a worker that does not know a channel offers the row to others again. */
const NOT_MINE = 30;

/** One delivery's life in a worker: claim, ask once more whether it may, send, write down how it ended. */
@Injectable()
export class DeliveryRunner implements OnApplicationBootstrap {
  private readonly logger = new Logger('Deliveries');
  private recheck!: Recheck;

  constructor(
    private readonly leases: Leases,
    private readonly channels: ChannelRegistry,
    private readonly suppressions: SuppressionsService,
    private readonly modules: ModuleRef,
    private readonly settings: DeliverySettings,
  ) {}

  onApplicationBootstrap(): void {
    this.recheck = this.modules.get(Recheck, { strict: false });
  }

  async run(id: string): Promise<void> {
    const claimedAt = performance.now();
    const row = await this.leases.claim(id);
    if (row) await this.settle(await this.outcomeOf(row, claimedAt));
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

  private async outcomeOf(row: Claimed, claimedAt: number): Promise<Outcome> {
    const proof: Proof = { id: row.id, attempt: row.attempt, leaseToken: row.leaseToken };
    const channel = this.channels.find(row.channel);
    if (!channel) return { ...proof, status: 'pending', delay: NOT_MINE, counts: false };

    const objection = await this.objectionTo(row);
    if (objection?.status === 'skipped') return { ...proof, ...objection, fault: 'policy', counts: false };
    if (objection) return { ...proof, ...objection, counts: false };
    // A stalled process must not call when its lease may be over: it gives the row back untouched.
    if (performance.now() - claimedAt > this.settings.leaseSeconds * 500) {
      return { ...proof, status: 'pending', delay: 0, counts: false };
    }
    return { ...proof, ...(await this.send(channel, row)) };
  }

  private async objectionTo(row: Claimed) {
    try {
      return await this.recheck.objectionTo(row);
    } catch (error) {
      this.logger.warn(`delivery ${row.id}: could not be checked again, waits: ${(error as Error).message}`);
      return { status: 'pending', holdReason: 'retry', delay: 5 } as const;
    }
  }

  private async send(channel: Channel, row: Claimed): Promise<Omit<Outcome, keyof Proof>> {
    try {
      return accepted(await channel.send(messageOf(row)));
    } catch (error) {
      return this.failed(row, sorted(error));
    }
  }

  private async failed(row: Claimed, failure: DeliveryFailure): Promise<Omit<Outcome, keyof Proof>> {
    const verdict = verdictOn(failure, row.attempt, row.guarantee);
    const errorMessage = storable(failure.message);
    this.logger.warn(
      `delivery ${row.id} by ${row.channel}, attempt ${row.attempt}: ${failure.kind} (${failure.code}) ` +
        `${errorMessage}; now ${verdict.status}`,
    );
    if (SUPPRESSING.includes(failure.kind)) {
      await this.suppressions
        .add(row, failure.kind, `${failure.provider} ${failure.code}`)
        .catch(() => undefined);
    }
    return {
      ...verdict,
      holdReason: verdict.status === 'pending' ? 'retry' : null,
      provider: failure.provider,
      errorCode: failure.code,
      errorMessage,
    };
  }
}

export const messageOf = (row: Omit<Claimed, 'leaseToken'>): Message => ({
  deliveryId: row.id,
  notificationId: row.notificationId,
  userId: row.userId,
  type: row.type,
  category: row.category,
  attempt: row.attempt,
  guarantee: row.guarantee,
  to: row.address,
  content: row.content,
  expiresAt: row.expiresAt,
  optional: row.optional,
});

function accepted(receipt: Receipt): Omit<Outcome, keyof Proof> {
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
function sorted(error: unknown): DeliveryFailure {
  if (error instanceof DeliveryFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new DeliveryFailure({
    kind: 'ambiguous',
    code: 'unexpected',
    message,
    provider: 'unknown',
    cause: error,
  });
}
