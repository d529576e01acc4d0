import type { Delivery } from '../deliveries/delivery.entity.js';
import type { Status } from '../deliveries/status.js';

/** How one device fares. */
export class PushDeviceMetadata {
  /** Of the subscription. */
  readonly id!: string;
  readonly sent_at!: Date | null;
  /** @example "sent" */
  readonly status!: string;
  readonly error_code!: string | null;
}

/** `metadata.push` of a notification: whether a device was reached, and how each of them fares. */
export class PushMetadata {
  /** Whether a push service has it, for one device at least. */
  readonly sent!: boolean;
  /** When the first one had it. */
  readonly sent_at!: Date | null;
  /** Of the device that is furthest. @example "sent" */
  readonly status!: string;
  readonly error_code!: string | null;
  readonly devices!: PushDeviceMetadata[];
}

/** One is enough: the person has it. */
const FURTHEST: readonly Status[] = [
  'delivered',
  'sent',
  'sending',
  'unknown',
  'pending',
  'failed',
  'cancelled',
];

export function metadataOf(deliveries: readonly Delivery[]): PushMetadata {
  const status = FURTHEST.find((one) => deliveries.some((row) => row.status === one)) ?? 'skipped';
  const sent = deliveries.flatMap(({ sentAt }) => sentAt ?? []).sort((a, b) => +a - +b);
  return {
    sent: sent.length > 0,
    sent_at: sent[0] ?? null,
    status,
    error_code: deliveries.find((row) => row.status === status)?.errorCode ?? null,
    devices: deliveries.flatMap(({ address, sentAt, status: own, errorCode }) =>
      address ? [{ id: address, sent_at: sentAt, status: own, error_code: errorCode }] : [],
    ),
  };
}
