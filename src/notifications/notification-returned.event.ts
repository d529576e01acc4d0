/** A notification that was put off is back in the inbox, in a new place. Emitted after the commit. */
export class NotificationReturned {
  constructor(
    readonly userId: string,
    readonly notificationId: string,
  ) {}
}
