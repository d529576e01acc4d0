/** Seconds that are looked back over. */
const LENGTH = 30;
/** Fewer calls say nothing. */
const LEAST_CALLS = 20;
const TOO_MANY = 0.5;

interface Second {
  at: number;
  calls: number;
  failures: number;
}

/** Calls to a provider in the last half minute, and how many of them failed. */
export class FailureWindow {
  private readonly seconds: Second[] = Array.from({ length: LENGTH }, () => ({
    at: -1,
    calls: 0,
    failures: 0,
  }));

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Notes a call. Returns whether it failed, and with it too many of too many. */
  note(failed: boolean): boolean {
    const at = Math.floor(this.now() / 1000);
    const second = this.secondOf(at);
    second.calls += 1;
    if (!failed) return false;
    second.failures += 1;
    const recent = this.seconds.filter((one) => one.at > at - LENGTH);
    const sum = (field: 'calls' | 'failures') => recent.reduce((total, one) => total + one[field], 0);
    const calls = sum('calls');
    return calls >= LEAST_CALLS && sum('failures') >= calls * TOO_MANY;
  }

  clear(): void {
    for (const second of this.seconds) second.at = -1;
  }

  private secondOf(at: number): Second {
    const second = this.seconds[at % LENGTH] as Second;
    if (second.at !== at) Object.assign(second, { at, calls: 0, failures: 0 });
    return second;
  }
}
