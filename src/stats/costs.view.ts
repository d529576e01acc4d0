/** What deliveries have cost that have this in common. What it was not told apart by is left out. */
export class CostView {
  /** In the time zone that was asked for. @example "2026-01-03" */
  readonly day?: string;
  readonly type?: string;
  readonly category?: string;
  readonly channel?: string;
  /** ISO 3166; `unknown` where nobody knows. @example "IN" */
  readonly country?: string;
  readonly provider?: string;
  /** ISO 4217, of every amount beside it; null where nothing is priced. @example "USD" */
  readonly currency!: string | null;
  /** Messages that a provider has taken; each counts where it went last, and none where only money is left of a try. */
  readonly messages!: number;
  readonly segments!: number;
  readonly delivered!: number;
  /** What they were expected to cost: an exact decimal. @example "9.15200" */
  readonly estimated!: string;
  /** What the provider has charged so far: an exact decimal. @example "9.06880" */
  readonly settled!: string;
  /** Messages whose price the provider has not named yet. */
  readonly unsettled!: number;
  /** What was charged, or is expected where that is not known, for each that has arrived. @example "0.08402" */
  readonly cost_per_delivered!: string | null;
}

/** The money of a cap. */
class CapMoneyView {
  /** An exact decimal. @example "40.02000" */
  readonly used!: string;
  /** An exact decimal. @example "50.00000" */
  readonly allowed!: string;
  readonly currency!: string;
}

/** The messages of a cap. */
class CapMessagesView {
  readonly used!: number;
  readonly allowed!: number;
}

/** How much of a cap is used in the window that is open now, whatever period was asked for. */
export class CapView {
  /** @example "all_day" */
  readonly cap!: string;
  /** Whose it is: a person's id or a category; null where it is everybody's. */
  readonly key!: string | null;
  /** Of the fuller of the two, rounded down. */
  readonly percent!: number;
  /** Null where the cap is not in money. */
  readonly money!: CapMoneyView | null;
  /** Null where the cap is not in messages. */
  readonly messages!: CapMessagesView | null;
  readonly starts_at!: Date;
  /** When it begins anew. */
  readonly ends_at!: Date;
}

/** The costs of a period. */
export class CostStatsView {
  readonly created_after!: Date;
  /** Not included. */
  readonly created_before!: Date;
  readonly time_zone!: string;
  /** Of all lines together, one for each currency. */
  readonly totals!: CostView[];
  readonly results!: CostView[];
  /** The caps that are set; of people only those that were told of, as they are at 80 %. */
  readonly caps!: CapView[];
}
