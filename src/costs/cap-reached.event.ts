/**
 * Much of a cap, or all of it, is spent, or it holds messages back. Emitted after the commit, once in a window for each
 * level.
 */
export class CapReached {
  constructor(
    /** Which cap, as `all_day`. */
    readonly cap: string,
    /** Whose: a person's id, a category, or nothing. */
    readonly key: string,
    /** The level: 80, 100, and where a share is kept for critical messages what is left for the others. */
    readonly percent: number,
    /** For people, as `40.02 of 50.00 USD`. */
    readonly used: string,
  ) {}
}
