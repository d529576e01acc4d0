/** Somebody has texted to us, and it is stored. Emitted after the commit, once a text; may be lost, the row is the truth. */
export class InboundReceived {
  constructor(
    /** Of the row in `inbound_messages`. */
    readonly id: string,
    readonly channel: string,
    /** Who had the number that it came from. */
    readonly userIds: readonly string[],
    /** Null where it is for people to read. */
    readonly keyword: 'stop' | 'start' | 'help' | null,
  ) {}
}
