/** Milliseconds without a success and without a call, after which it begins anew. */
const FORGETS = 5000;

/**
 * How many calls to a provider may be under way at once: one at first, and with each success one more, so that
 * they double from round to round (1, 2, 4, ...). Once `widest` is reached there is no limit. A provider that
 * refuses everybody costs one call and not one for each row that waits.
 */
export class SlowStart {
  private allowed = 1;
  private underway = 0;
  private lastSuccess = -Infinity;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly widest: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Takes a place, to be given back by `leave`. Undefined where there is one at once. */
  enter(): Promise<void> | undefined {
    if (this.underway === 0 && this.now() - this.lastSuccess > FORGETS) this.allowed = 1;
    if (this.underway < this.allowed) {
      this.underway += 1;
      return undefined;
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  leave(): void {
    this.underway -= 1;
    this.admit();
  }

  succeeded(): void {
    this.lastSuccess = this.now();
    if (this.allowed === Infinity) return;
    this.allowed = this.allowed + 1 >= this.widest ? Infinity : this.allowed + 1;
    this.admit();
  }

  /** Nothing is known of the provider any more. */
  reset(): void {
    this.allowed = 1;
  }

  /** Lets in whoever waits. */
  open(): void {
    this.allowed = Infinity;
    this.admit();
  }

  private admit(): void {
    while (this.underway < this.allowed && this.waiting.length > 0) {
      this.underway += 1;
      this.waiting.shift()?.();
    }
  }
}
