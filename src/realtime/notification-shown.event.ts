/** A notification was shown to a person who has the inbox open. Replays are not told of. */
export class NotificationShown {
  /** @param waited seconds since its commit */
  constructor(readonly waited: number) {}
}
