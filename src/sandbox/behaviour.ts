import { createHash } from 'node:crypto';
import type { OutgoingText } from './carrier.js';

/** What can happen to one request, callback or mail, and the group that it belongs to. */
export const FAULTS = {
  /** At the API of the carrier; `..._after`: the text was taken all the same. */
  texts: ['error_before', 'error_after', 'limit', 'hang_before', 'hang_after', 'reset_before', 'reset_after'],
  /** All callbacks of a text; `early`: they come before the API's own answer; `strange`: and one of nobody's. */
  callbacks: ['lost', 'doubled', 'reversed', 'late', 'early', 'strange'],
  /** In the SMTP dialogue, before or after the final dot. */
  mails: ['refused', 'break_before', 'break_after'],
} as const;

export type Group = keyof typeof FAULTS;
export type Fault<G extends Group> = (typeof FAULTS)[G][number];
/** The share of each fault of a group that happens at all. */
type Rates<G extends Group = Group> = Readonly<Partial<Record<Fault<G>, number>>>;

/** What goes wrong on purpose: a share of 0 to 1 for each fault, and at most 1 in a group. */
export interface Plan extends Readonly<Partial<{ [G in Group]: Rates<G> }>> {
  /** The same seed and the same messages give the same faults. */
  readonly seed: string;
  /** How often one message is hit at most; null: each time anew. */
  readonly most: number | null;
  /** What a 429 asks for, in seconds. */
  readonly retryAfter: number;
  /** How late a late callback comes, and an answer that the callbacks overtake, in milliseconds. */
  readonly lateMs: number;
  /** The account is refused as with wrong credentials (401, code 20003). */
  readonly unauthorized: boolean;
}

export const NOTHING_WRONG: Plan = {
  seed: '',
  most: null,
  retryAfter: 1,
  lateMs: 1500,
  unauthorized: false,
};

/** What the carrier and the mailbox do wrong. Nothing by itself; the dev API or a test sets a plan at any time. */
export class Behaviour {
  /** The code of the API error that a text is refused with, instead of being taken. */
  refuse?: (text: OutgoingText) => number | undefined;
  private current = NOTHING_WRONG;
  private readonly hits = new Map<string, number>();
  private readonly seen = new Map<string, number>();

  get plan(): Plan {
    return this.current;
  }

  /** Faults done since the plan was set, as `texts.limit`. */
  get done(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.hits);
  }

  set(plan: Plan): void {
    this.current = plan;
    this.hits.clear();
    this.seen.clear();
  }

  /** Whether the account is refused; counted for each request. */
  refusesAccount(): boolean {
    if (this.current.unauthorized) this.count('unauthorized');
    return this.current.unauthorized;
  }

  /** What happens to this message at this try. */
  at<G extends Group>(group: G, message: string): Fault<G> | undefined {
    const rates: Rates | undefined = this.current[group];
    if (!rates) return undefined;
    const key = `${group} ${message}`;
    const tries = this.seen.get(key) ?? 0;
    this.seen.set(key, tries + 1);
    if (this.current.most !== null && tries >= this.current.most) return undefined;
    return this.drawn(group, rates, `${key} ${tries}`);
  }

  /** What happens to everything that concerns this message: the same whenever it is asked. */
  of<G extends Group>(group: G, message: string): Fault<G> | undefined {
    const rates: Rates | undefined = this.current[group];
    return rates && this.drawn(group, rates, `${group} ${message}`);
  }

  private drawn<G extends Group>(group: G, rates: Rates, key: string): Fault<G> | undefined {
    let dice = diceOf(`${this.current.seed} ${key}`);
    for (const fault of FAULTS[group] as readonly Fault<G>[]) {
      dice -= (rates as Rates<G>)[fault] ?? 0;
      if (dice >= 0) continue;
      this.count(`${group}.${fault}`);
      return fault;
    }
    return undefined;
  }

  private count(what: string): void {
    this.hits.set(what, (this.hits.get(what) ?? 0) + 1);
  }
}

/** From 0 to 1, the same for the same text. */
function diceOf(text: string): number {
  return createHash('sha1').update(text).digest().readUInt32BE() / 2 ** 32;
}
