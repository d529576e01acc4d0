import type { ProviderStatus } from '../deliveries/status.js';

/** A text as its carrier knows it. */
export interface CarriedText {
  readonly sid: string;
  readonly to: string;
  /** The carrier's own word: `queued`, `delivered`, ... */
  readonly word: string;
  readonly status: ProviderStatus;
  /** Zero while a messaging service has not chosen the sender yet. */
  readonly segments: number;
  /** What was charged, positive, as exact decimal; null until it is known. */
  readonly price: string | null;
  readonly priceUnit: string | null;
  readonly errorCode: string | null;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
}
