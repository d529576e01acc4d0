import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { ProviderReports } from '../deliveries/provider-reports.js';
import { PROVIDER_RANK, type ProviderStatus, statusOf } from '../deliveries/status.js';
import { FailureReported } from './failure-reported.event.js';
import { type FailureKind, SUPPRESSING, verdictOn } from './failures.js';
import { SuppressionsService } from './suppressions.service.js';

/** What a provider says later of a message, in our words. */
export interface ProviderReport {
  readonly provider: string;
  readonly providerId: string;
  /** From the callback's own address; null where the provider cannot carry it. */
  readonly deliveryId: string | null;
  readonly attempt: number | null;
  readonly status: ProviderStatus;
  /** Why it failed, sorted like a failure at sending. */
  readonly failure?: { readonly kind: FailureKind; readonly code: string; readonly message: string };
  /** The callback's fields as they came. */
  readonly payload: Readonly<Record<string, string>>;
}

/** Takes providers' callbacks: judges a failure by the same table as sending, and hands it to the ledger. */
@Injectable()
export class Reports {
  constructor(
    private readonly ledger: ProviderReports,
    private readonly suppressions: SuppressionsService,
    private readonly events: EventEmitter2,
  ) {}

  async receive({
    provider,
    providerId,
    deliveryId,
    attempt,
    status,
    failure,
    payload,
  }: ProviderReport): Promise<void> {
    const kind = failure?.kind ?? 'maybe_later';
    const tries =
      failure && deliveryId !== null && attempt !== null
        ? await this.ledger.triesOf(deliveryId, attempt)
        : attempt;
    const applied = await this.ledger.apply({
      provider,
      providerId,
      deliveryId,
      attempt,
      word: status,
      rank: PROVIDER_RANK[status],
      ...conclusionOf(status, kind, tries),
      errorCode: failure?.code ?? null,
      errorMessage: failure?.message ?? null,
      payload,
    });
    if (failure) this.events.emit(FailureReported.name, new FailureReported(provider, kind, failure.code));
    // Also where a worker still has the row in its hands, and writes the failure down itself.
    if (applied && failure && SUPPRESSING.includes(kind)) {
      await this.suppressions.add(applied, kind, `${provider} ${failure.code}`);
    }
  }
}

function conclusionOf(status: ProviderStatus, kind: FailureKind, tries: number | null) {
  const none = { reason: null, fault: null, delay: 0 };
  const heard = statusOf(status);
  if (heard !== 'failed') return { status: heard, ...none };
  // The carrier has spoken, so nothing is unknown, and what we configured wrongly will not mend by itself.
  const verdict = verdictOn(
    { kind, retryAfter: undefined },
    tries ?? Number.MAX_SAFE_INTEGER,
    'at_least_once',
  );
  if (verdict.status === 'pending' && verdict.counts)
    return { status: 'pending' as const, ...none, delay: verdict.delay };
  return {
    status: 'failed' as const,
    reason: verdict.reason ?? kind,
    fault: verdict.fault ?? 'provider',
    delay: 0,
  };
}
