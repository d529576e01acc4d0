/** A delivery as the event names it: enough to hint at it, nothing about the person. */
export interface CreatedDelivery {
  readonly id: string;
  readonly channel: string;
  readonly attempt: number;
  readonly priority: number;
  /** True when it may go now. */
  readonly due: boolean;
}

/** A notification and its deliveries are committed. A nudge: what it loses, the sweep takes up. */
export class NotificationCreated {
  constructor(
    readonly notificationId: string,
    readonly userId: string,
    /** Its place in the person's inbox; null while it is scheduled. */
    readonly seq: string | null,
    readonly deliveries: readonly CreatedDelivery[],
  ) {}
}
