import { Injectable } from '@nestjs/common';
import type { Claimed } from '../deliveries/leases.js';
import { History } from '../deliveries/history.js';
import type { HoldReason } from '../deliveries/status.js';
import { type DeliveryFailure, type FailureKind, type Closing, type Verdict, verdictOn } from './failures.js';
import type { Reason } from './suppression.entity.js';
import { SuppressionsService } from './suppressions.service.js';
import { type Call, Traffic } from './traffic.js';
import { UnlistedCodes } from './unlisted.codes.js';

/** So many deliveries must have failed at an address before it is closed, where one proves little. */
const STRIKES = 3;

/** A delivery by its address. */
interface Addressed {
  readonly id: string;
  readonly channel: string;
  readonly address: string;
}

interface Judged {
  readonly kind: FailureKind;
  readonly code: string;
  readonly provider: string;
  readonly closes: Closing;
  readonly unlisted: boolean;
}

/** What a failed call leads to: for the provider, for the address and for the delivery. */
@Injectable()
export class Aftermath {
  constructor(
    private readonly history: History,
    private readonly suppressions: SuppressionsService,
    private readonly traffic: Traffic,
    private readonly unlisted: UnlistedCodes,
  ) {}

  /** What becomes of the delivery. Everything else is tried and given up while the database is away. */
  async ofCall(
    { row, ...call }: Call & { readonly row: Claimed },
    failure: DeliveryFailure,
  ): Promise<Verdict & { holdReason: HoldReason | null }> {
    await this.traffic.failed(call, failure, row).catch(() => undefined);
    await this.forAddress(row, failure).catch(() => undefined);
    if (failure.kind === 'configuration' && this.traffic.isRefusedAlone(row.id)) {
      const { kind } = failure;
      const ended = { status: 'failed', reason: kind, fault: kind, delay: 0, counts: true } as const;
      return { ...ended, holdReason: null };
    }
    const verdict = verdictOn(failure, await this.standingOf(row));
    if (verdict.status !== 'pending') return { ...verdict, holdReason: null };
    // What this provider did not take need not wait for it where another one does.
    const isMoved = failure.kind !== 'maybe_later' && (await this.traffic.goesElsewhere(call, row.address));
    const delay = isMoved ? 0 : verdict.delay;
    return { ...verdict, delay, holdReason: verdict.counts ? 'retry' : 'breaker_open' };
  }

  /** Counts a code that nobody knows, and closes the address where the failure says so. */
  async forAddress(
    { id, ...way }: Addressed,
    { kind, code, provider, closes, unlisted }: Judged,
  ): Promise<void> {
    if (unlisted) this.unlisted.note(provider, code);
    if (closes === 'never') return;
    if (closes === 'when_repeated') {
      const since = await this.history.lastReached(id);
      if ((await this.suppressions.strike(way, id, code, since)) < STRIKES) return;
    }
    const act = { source: 'provider', actor: provider, detail: code } as const;
    await this.suppressions.close(way, reasonOf(kind, closes), act);
  }

  private async standingOf({ id, tries, guarantee, expiresAt }: Claimed) {
    const left = expiresAt ? (expiresAt.getTime() - Date.now()) / 1000 : null;
    const named = { deliveryId: id, provider: '', providerId: '' };
    const progress = await this.history.progressOf(named).catch(() => null);
    return progress ?? { attempt: tries, guarantee, left, age: 0 };
  }
}

/** A failure that closes only when it is repeated says that nobody is there, not that the address is wrong. */
function reasonOf(kind: FailureKind, closes: Closing): Reason {
  if (kind === 'stopped') return 'stopped';
  return closes === 'when_repeated' ? 'unreachable' : 'invalid';
}
