import { now } from '../../bench/clock.js';

/** A message that the carrier or the mailbox has taken. */
export interface Arrival {
  readonly channel: 'sms' | 'email';
  /** The notification that its words name; -1 for none of ours. */
  readonly seq: number;
  readonly person: number;
  /** The carrier's SID, or the Message-ID. */
  readonly id: string;
  /** Milliseconds of the shared clock. */
  readonly at: number;
}

/** How a text ended, by the carrier's own book. */
export interface Fate {
  readonly id: string;
  readonly status: string;
}

/** All that the carrier and the mailbox have told of themselves, in the order in which it came. */
export class Arrivals {
  readonly all: Arrival[] = [];
  readonly fates = new Map<string, string>();

  get truth() {
    return { arrivals: this.all, fates: this.fates };
  }

  note({ arrivals = [], fates = [] }: { arrivals?: Arrival[]; fates?: Fate[] }): void {
    this.all.push(...arrivals);
    for (const { id, status } of fates) this.fates.set(id, status);
  }

  /** Those of the last so many milliseconds. */
  within(milliseconds: number): Arrival[] {
    const since = now() - milliseconds;
    return this.all.filter(({ at }) => at >= since);
  }
}
