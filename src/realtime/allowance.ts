const WINDOW = 10_000;
/** Beyond so many times the allowance it is no mistake any more. */
const ABUSE = 5;

export type Verdict = 'allowed' | 'refused' | 'refused_silently' | 'abuse';

/** How many events a connection may send in ten seconds. */
export class Allowance {
  private used = 0;
  private since = 0;

  constructor(private readonly most: number) {}

  /** The first refusal of a window is told, the rest are silent: an answer each would double the flood. */
  take(now = performance.now()): Verdict {
    if (now - this.since >= WINDOW || this.since === 0) {
      this.since = now;
      this.used = 0;
    }
    this.used += 1;
    if (this.used <= this.most) return 'allowed';
    if (this.used > this.most * ABUSE) return 'abuse';
    return this.used === this.most + 1 ? 'refused' : 'refused_silently';
  }
}
