/** How many deliveries have this in common. What it was not grouped by is left out. */
export class DeliveryCountView {
  /** In the time zone that was asked for. @example "2026-01-03" */
  readonly day?: string;
  readonly type?: string;
  readonly channel?: string;
  readonly status?: string;
  readonly count!: number;
}

/** The deliveries of a period, counted. */
export class DeliveryStatsView {
  readonly created_after!: Date;
  /** Not included. */
  readonly created_before!: Date;
  readonly time_zone!: string;
  /** Of all lines together. */
  readonly total!: number;
  readonly results!: DeliveryCountView[];
}
