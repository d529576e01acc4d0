/** Somebody who gets nothing, and why. */
export class RejectedRecipient {
  /** @example "43" */
  readonly user_id!: string;
  /** @example "bulk.unknown-user" */
  readonly code!: string;
  readonly detail!: string;
}

/** The answer to a bulk send. */
export class BulkAcceptedView {
  readonly id!: string;
  /** @example "2 notifications are on their way." */
  readonly message!: string;
  readonly accepted!: number;
  readonly rejected!: RejectedRecipient[];
}

export class BulkEstimateView {
  /** An exact decimal. @example "8.15360" */
  readonly price!: string;
  /** ISO 4217. @example "USD" */
  readonly currency!: string;
}

/** How far a bulk send has come. */
export class BulkProgressView {
  readonly id!: string;
  readonly notification_type!: string;
  readonly status!: 'pending' | 'done' | 'cancelled';
  readonly total!: number;
  /** How many of them have their notification. */
  readonly expanded!: number;
  readonly rejected!: RejectedRecipient[];
  /** Deliveries by channel and status. */
  readonly deliveries!: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What they are expected to cost, as far as they are planned and not skipped, by currency. */
  readonly estimated!: BulkEstimateView[];
  readonly created_at!: Date;
  readonly finished_at!: Date | null;
}
