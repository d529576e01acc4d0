import { DeliveryMetadata } from '../channels/channel.view.js';
import type { ChargeView } from '../deliveries/delivery.view.js';

/** `metadata.sms` of a notification: how its text fares. */
export class SmsMetadata extends DeliveryMetadata {
  /** @example "SM0f3c2b1a4d5e6f708192a3b4c5d6e7f8" */
  readonly message_sid!: string | null;
  /** Null where it was erased with the words. @example "+919876543210" */
  readonly to!: string | null;
  /**
   * What it cost, an exact decimal in `price_unit`; null until the carrier says so.
   * @example "0.04120"
   */
  readonly price!: string | null;
  /** @example "USD" */
  readonly price_unit!: string | null;
  /** The same in each currency, where carriers that charge in different ones have tried. */
  readonly charges!: ChargeView[];
  /**
   * What it was expected to cost, before it went.
   * @example "0.04120"
   */
  readonly estimated_price!: string | null;
  readonly segments!: number | null;
}
