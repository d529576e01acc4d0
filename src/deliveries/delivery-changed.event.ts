/** A delivery has reached another state. Emitted after the commit; may be lost, the row is the truth. */
export class DeliveryChanged {
  constructor(
    readonly deliveryId: string,
    readonly notificationId: string,
    readonly userId: string,
    readonly channel: string,
    readonly status: string,
    /** Whether others of its notification wait for its outcome. */
    readonly followed: boolean,
  ) {}
}
