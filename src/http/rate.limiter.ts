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
  private minute = 0;

  /** Counts one call. A limit of 0 allows everything. */
  take(caller: string, limit: number, now = Date.now()): Allowance {
    this.turn(now);
    const used = (this.counts.get(caller) ?? 0) + 1;
    this.counts.set(caller, used);
    return this.allowance(used, limit, now);
  }

  private turn(now: number): void {
    const minute = Math.floor(now / WINDOW);
    // A clock that is set back begins a new minute too, instead of an endless one.
    if (minute === this.minute && this.counts.size < MOST_CALLERS) return;
    this.counts = new Map();
    this.minute = minute;
  }

  private allowance(used: number, limit: number, now: number): Allowance {
    return {
      allowed: limit === 0 || used <= limit,
      limit,
      remaining: Math.max(0, limit - used),
      reset: Math.ceil(((this.minute + 1) * WINDOW - now) / 1000),
    };
  }
}

/** As in draft-ietf-httpapi-ratelimit-headers, version 7. */
export const rateLimitHeaders = ({ limit, remaining, reset }: Allowance): Record<string, string> => ({
  'RateLimit-Limit': String(limit),
  'RateLimit-Remaining': String(remaining),
  'RateLimit-Reset': String(reset),
});
