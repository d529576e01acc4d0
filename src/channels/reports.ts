import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { History } from '../deliveries/history.js';
import { type Applied, ProviderReports } from '../deliveries/provider-reports.js';
import { PROVIDER_RANK, type ProviderStatus, statusOf } from '../deliveries/status.js';
import { Aftermath } from './aftermath.js';
import { ChannelRegistry } from './channel.registry.js';
import { FailureReported } from './failure-reported.event.js';
import { type Closing, FAILURES, type FailureKind, type Standing, verdictOn } from './failures.js';
import { Traffic } from './traffic.js';

/** Why a message failed on its way, sorted like a failure at sending. */
export interface ReportedFailure {
  readonly kind: FailureKind;
  readonly code: string;
  readonly message: string;
  /** Where the code weighs otherwise than its class. */
  readonly closes?: Closing;
  /** True when no table has the code. */
  readonly unlisted?: boolean;
}

/** What a provider says later of a message, in our words. */
export interface ProviderReport {
  readonly provider: string;
  readonly providerId: string;
  /** From the callback's own address; null where the provider cannot carry it. */
  readonly deliveryId: string | null;
  readonly attempt: number | null;
  readonly status: ProviderStatus;
  readonly failure?: ReportedFailure;
  /** The callback's fields as they came. */
  readonly payload: Readonly<Record<string, string>>;
}

/** The carrier gave no reason. */
const NO_REASON: ReportedFailure = {
  kind: 'maybe_later',
  code: 'undelivered',
  message: 'It gave no reason.',
};

/** Takes providers' callbacks: judges a failure by the same table as sending, and hands it to the ledger. */
@Injectable()
export class Reports {
  constructor(
    private readonly ledger: ProviderReports,
    private readonly history: History,
    private readonly aftermath: Aftermath,
    private readonly traffic: Traffic,
    private readonly channels: ChannelRegistry,
    private readonly events: EventEmitter2,
  ) {}

  async receive(report: ProviderReport): Promise<void> {
    const { provider, providerId, deliveryId, attempt, status, failure, payload } = report;
    const applied = await this.ledger.apply({
      provider,
      providerId,
      deliveryId,
      attempt,
      word: status,
      rank: PROVIDER_RANK[status],
      ...(await this.conclusionOf(report)),
      errorCode: failure?.code ?? null,
      errorMessage: failure?.message ?? null,
      payload,
    });
    const { kind, code } = failure ?? NO_REASON;
    if (failure) this.events.emit(FailureReported.name, new FailureReported(provider, kind, code));
    if (applied && failure) await this.conclude(applied, provider, failure);
  }

  private async conclusionOf(report: ProviderReport) {
    const heard = statusOf(report.status);
    if (heard !== 'failed') return { status: heard, ...NOTHING };
    const { kind } = report.failure ?? NO_REASON;
    const progress = await this.history.progressOf(report);
    return progress ? conclusionOf(kind, progress) : failed(kind);
  }

  /** Also where a worker still has the row in its hands, and writes the failure down itself. */
  private async conclude(
    { deliveryId: id, channel: name, address }: Applied,
    provider: string,
    failure: ReportedFailure,
  ): Promise<void> {
    const { kind, code, closes = FAILURES[kind].closes, unlisted = false } = failure;
    await this.aftermath.forAddress(
      { id, channel: name, address },
      { kind, code, provider, closes, unlisted },
    );
    const channel = this.channels.find(name);
    if (kind === 'configuration' && channel?.providers.includes(provider)) {
      await this.traffic.open({ channel, provider }, 'configuration', failure);
    }
  }
}

const NOTHING = { reason: null, fault: null, delay: 0 };

const failed = (kind: FailureKind, reason: string = kind) => ({
  status: 'failed' as const,
  reason,
  fault: FAILURES[kind].fault,
  delay: 0,
});

/** The carrier has spoken, so nothing is unknown; what it took and could not send has used up its attempt. */
function conclusionOf(kind: FailureKind, standing: Standing) {
  if (kind === 'ambiguous') return failed(kind);
  const isOurs = kind === 'configuration';
  const { status, reason, delay } = verdictOn(
    { kind: isOurs ? 'not_accepted' : kind, retryAfter: undefined },
    standing,
  );
  if (status === 'pending') return { status, ...NOTHING, delay };
  return failed(kind, isOurs ? kind : (reason ?? kind));
}
