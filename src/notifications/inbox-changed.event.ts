/** Something in a person's inbox has changed. Emitted after the commit. */
export class InboxChanged {
  constructor(
    readonly userId: string,
    readonly kind: 'updated' | 'deleted' | 'all_read',
    /** The notification; null for `all_read`. */
    readonly id: string | null,
    readonly isRead?: boolean,
    readonly archived?: boolean,
    /** When it comes back, as ISO 8601; null when it is not put off any more; undefined when that did not change. */
    readonly snoozedUntil?: string | null,
  ) {}
}
