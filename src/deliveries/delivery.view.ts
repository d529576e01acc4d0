import type { DeliveryAttempt } from './delivery-attempt.entity.js';
import type { Delivery } from './delivery.entity.js';
import type { ProviderEvent } from './provider-event.entity.js';

/** A delivery as the API shows it to services and staff: with its whole history. */
export function deliveryView(
  row: Delivery,
  attempts: readonly DeliveryAttempt[] = [],
  events: readonly ProviderEvent[] = [],
) {
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
    fault: row.fault,
    rules: row.rules,
    attempt: row.attempt,
    scheduled_for: row.status === 'pending' ? row.nextAttemptAt : null,
    expires_at: row.expiresAt,
    provider: row.provider,
    provider_id: row.providerId,
    provider_status: row.providerStatus,
    error_code: row.errorCode,
    error_message: row.errorMessage,
    segments: row.segments,
    encoding: row.encoding,
    price: row.price,
    price_unit: row.priceUnit,
    sent_at: row.sentAt,
    delivered_at: row.deliveredAt,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
    attempts: attempts.filter(({ deliveryId }) => deliveryId === row.id).map(attemptView),
    events: events.filter(({ deliveryId }) => deliveryId === row.id).map(eventView),
  };
}

const attemptView = (attempt: DeliveryAttempt) => ({
  attempt: attempt.attempt,
  provider: attempt.provider,
  provider_id: attempt.providerId,
  outcome: attempt.outcome,
  error_code: attempt.errorCode,
  error_message: attempt.errorMessage,
  started_at: attempt.startedAt,
  finished_at: attempt.finishedAt,
});

const eventView = (event: ProviderEvent) => ({
  status: event.status,
  error_code: event.errorCode,
  applied: event.applied,
  received_at: event.receivedAt,
});
