import { ApiProperty } from '@nestjs/swagger';
import { chargedFor, chargesOf } from './charged.js';
import type { DeliveryAttempt } from './delivery-attempt.entity.js';
import type { Delivery } from './delivery.entity.js';
import { tracesOf, NO_TRACES } from './traces.js';
import { ErrorView } from './error.view.js';
import type { Intervention } from './intervention.entity.js';
import type { ProviderEvent } from './provider-event.entity.js';
import type { Fault, Status } from './status.js';

/** A rule that had a say, in the order in which they were asked. */
export class RuleView {
  /** @example "preference_on" */
  readonly rule!: string;
  readonly outcome!: 'allow' | 'change' | 'skip' | 'hold';
  /** The same as a sentence. */
  readonly detail!: string;
}

/** One try to hand it to the provider. */
class AttemptView {
  readonly attempt!: number;
  readonly provider!: string | null;
  readonly provider_id!: string | null;
  readonly outcome!: string | null;
  readonly error_code!: string | null;
  readonly error_message!: string | null;
  readonly started_at!: Date;
  readonly finished_at!: Date | null;
}

/** One thing that the provider said later. */
class EventView {
  readonly status!: string;
  readonly error_code!: string | null;
  /** False when it was late, doubled or reversed, and moved nothing. */
  readonly applied!: boolean;
  readonly received_at!: Date;
}

/** One time that somebody stepped in. */
class InterventionView {
  readonly action!: 'retry' | 'cancel';
  /** Who asked. @example "user:42" */
  readonly actor!: string;
  /** Whether it was asked for in spite of a warning. */
  readonly forced!: boolean;
  /** How many tries there had been. */
  readonly attempt!: number;
  /** Why it had failed, or waited. */
  readonly reason!: string | null;
  readonly error_code!: string | null;
  readonly created_at!: Date;
}

/** What providers have charged in one currency. */
export class ChargeView {
  /** An exact decimal. @example "0.08320" */
  readonly price!: string;
  /** ISO 4217. @example "USD" */
  readonly currency!: string;
}

/** One thing that happened to a delivery. */
export class MomentView {
  readonly at!: Date;
  readonly what!: 'planned' | 'attempt' | 'report' | 'retry' | 'cancel';
  /** Who did it: a provider, or who asked for it. Null for the service itself. */
  readonly by!: string | null;
  /** The same as a sentence. */
  readonly detail!: string;
}

/** A delivery as the API shows it to services and staff: with its whole history. */
export class DeliveryView {
  readonly id!: string;
  /** The notification's id. */
  readonly notification!: string;
  readonly user!: string;
  readonly type!: string;
  readonly category!: string;
  readonly channel!: string;
  /** Null where it was erased with the words. */
  readonly address!: string | null;
  readonly status!: Status;
  /** Why it ended so, or why it waits. */
  readonly reason!: string | null;
  /** The same as a sentence, where a rule says so. */
  readonly detail!: string | null;
  /** Whose doing it is. */
  readonly fault!: Fault | null;
  readonly rules!: RuleView[];
  /** How many tries there have been. */
  readonly attempt!: number;
  /** When a waiting one is due; null for one that waits for another channel. */
  readonly scheduled_for!: Date | null;
  readonly expires_at!: Date | null;
  readonly provider!: string | null;
  readonly provider_id!: string | null;
  readonly provider_status!: string | null;
  readonly error_code!: string | null;
  readonly error_message!: string | null;
  /** The last error, explained; null where there is none. */
  @ApiProperty({ type: ErrorView, nullable: true })
  readonly error!: ErrorView | null;
  readonly segments!: number | null;
  readonly encoding!: string | null;
  /** ISO 3166: where the address is. */
  readonly country!: string | null;
  /** What one attempt was expected to cost: an exact decimal in `estimated_unit`. */
  readonly estimated_price!: string | null;
  readonly estimated_unit!: string | null;
  /** What was charged, for all attempts: an exact decimal in `price_unit`. */
  readonly price!: string | null;
  readonly price_unit!: string | null;
  /** The same in each currency: attempts may have been carried by providers that charge in different ones. */
  readonly charges!: ChargeView[];
  readonly sent_at!: Date | null;
  readonly delivered_at!: Date | null;
  readonly created_at!: Date;
  readonly updated_at!: Date;
  /** When its words were erased, since they had been kept long enough; null while they are there. */
  readonly erased_at!: Date | null;
  /** In lists it is left empty. */
  readonly attempts!: AttemptView[];
  /** In lists it is left empty. */
  readonly events!: EventView[];
  /** In lists it is left empty. */
  readonly interventions!: InterventionView[];
}

export function deliveryView(row: Delivery, error: ErrorView | null, traces = NO_TRACES): DeliveryView {
  const { attempts, events, interventions } = tracesOf(row, traces);
  return {
    id: row.id,
    notification: row.notificationId,
    user: row.userId,
    type: row.type,
    category: row.category,
    channel: row.channel,
    address: row.address,
    status: row.status,
    reason: row.reason ?? row.holdReason,
    detail: detailOf(row),
    fault: row.fault,
    rules: row.rules,
    attempt: row.attempt,
    scheduled_for: row.status === 'pending' && row.holdReason !== 'fallback' ? row.nextAttemptAt : null,
    expires_at: row.expiresAt,
    provider: row.provider,
    provider_id: row.providerId,
    provider_status: row.providerStatus,
    error_code: row.errorCode,
    error_message: row.errorMessage,
    error,
    segments: row.segments,
    encoding: row.encoding,
    country: row.country,
    estimated_price: row.estimatedPrice,
    estimated_unit: row.estimatedUnit,
    price: chargedFor(row),
    price_unit: row.priceUnit,
    charges: chargesOf(row),
    sent_at: row.sentAt,
    delivered_at: row.deliveredAt,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
    erased_at: row.erasedAt,
    attempts: attempts.map(attemptView),
    events: events.map(eventView),
    interventions: interventions.map(interventionView),
  };
}

/** The last rule speaks for as long as the delivery stands where it put it. */
function detailOf({ reason, holdReason, rules }: Delivery): string | null {
  const last = rules.at(-1);
  return last && last.rule === (reason ?? holdReason) ? last.detail : null;
}

const attemptView = (attempt: DeliveryAttempt): AttemptView => ({
  attempt: attempt.attempt,
  provider: attempt.provider,
  provider_id: attempt.providerId,
  outcome: attempt.outcome,
  error_code: attempt.errorCode,
  error_message: attempt.errorMessage,
  started_at: attempt.startedAt,
  finished_at: attempt.finishedAt,
});

const eventView = (event: ProviderEvent): EventView => ({
  status: event.status,
  error_code: event.errorCode,
  applied: event.applied,
  received_at: event.receivedAt,
});

const interventionView = (intervention: Intervention): InterventionView => ({
  action: intervention.action,
  actor: intervention.actor,
  forced: intervention.forced,
  attempt: intervention.attempt,
  reason: intervention.reason,
  error_code: intervention.errorCode,
  created_at: intervention.createdAt,
});
