/** Much of a cap, or all of it, is used. Emitted after the commit, once in a window for each of the two levels. */
export class CapReached {
  constructor(
    /** Which cap, as `all_day`. */
    readonly cap: string,
    /** Whose: a person's id, a category, or nothing. */
    readonly key: string,
    readonly percent: 80 | 100,
    /** For people, as `40.02 of 50.00 USD`. */
    readonly used: string,
  ) {}
}
