/** How a delivery fares, in its notification's `metadata`. */
export class DeliveryMetadata {
  readonly sent!: boolean;
  readonly sent_at!: Date | null;
  /** @example "delivered" */
  readonly status!: string;
  readonly error_code!: string | null;
}
