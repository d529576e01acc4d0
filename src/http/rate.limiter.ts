const WINDOW = 60_000;
/** More callers than this in a minute are not told apart by honest counting; memory comes first. */
const MOST_CALLERS = 100_000;

export interface Allowance {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the count begins anew. */
  readonly reset: number;
}

/** Counts calls by caller and minute, in this process. */
export class RateLimiter {
  private counts = new Map<string, number>();
  private until = 0;

  /** Counts one call. A limit of 0 allows everything. */
  take(caller: string, limit: number, now = Date.now()): Allowance {
    this.turn(now);
    const used = (this.counts.get(caller) ?? 0) + 1;
    this.counts.set(caller, used);
    return this.allowance(used, limit, now);
  }

  /** What is left, without counting a call. */
  look(caller: string, limit: number, now = Date.now()): Allowance {
    this.turn(now);
    return this.allowance((this.counts.get(caller) ?? 0) + 1, limit, now);
  }

  private turn(now: number): void {
    if (now < this.until && this.counts.size < MOST_CALLERS) return;
    this.counts = new Map();
    this.until = (Math.floor(now / WINDOW) + 1) * WINDOW;
  }

  private allowance(used: number, limit: number, now: number): Allowance {
    return {
      allowed: limit === 0 || used <= limit,
      limit,
      remaining: Math.max(0, limit - used),
      reset: Math.ceil((this.until - now) / 1000),
    };
  }
}

/** As in draft-ietf-httpapi-ratelimit-headers, version 7. */
export const rateLimitHeaders = ({ limit, remaining, reset }: Allowance): Record<string, string> => ({
  'RateLimit-Limit': String(limit),
  'RateLimit-Remaining': String(remaining),
  'RateLimit-Reset': String(reset),
});
