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
  /** At the push service; `..._after`: the browser shows it all the same; `gone`: the browser has turned push off. */
  pushes: ['error_before', 'error_after', 'reset_after', 'limit', 'refused', 'gone'],
} as const;

export type Group = keyof typeof FAULTS;
export type Fault<G extends Group> = (typeof FAULTS)[G][number];
/** The share of each fault of a group that happens at all. */
type Rates<G extends Group = Group> = Readonly<Partial<Record<Fault<G>, number>>>;

/** The next texts that fail, and the error that each of them fails with. */
interface Failures {
  /** How many are left; never 0. */
  readonly count: number;
  /** 2xxxx: the API refuses. 3xxxx: the text is taken, and does not arrive. */
  readonly code: number;
}

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
  readonly failNext: Failures | null;
  /** How much longer than usual a text is on its way, in milliseconds. */
  readonly delayMs: number;
  /** STOP, START and HELP are answered by the carrier itself, which then sends nothing more to whoever said STOP. */
  readonly optOuts: boolean;
}

export const NOTHING_WRONG: Plan = {
  seed: '',
  most: null,
  retryAfter: 1,
  lateMs: 1500,
  unauthorized: false,
  failNext: null,
  delayMs: 0,
  optOuts: false,
};

/** What the carrier and the mailbox do wrong. Nothing by itself; the dev API or a test sets a plan at any time. */
export class Behaviour {
  /** The code of the API error that a text is refused with, instead of being taken. */
  refuse?: (text: OutgoingText) => number | undefined;
  private current = NOTHING_WRONG;
  private readonly hits = new Map<string, number>();
  private readonly seen = new Map<string, number>();
  private readonly listeners = new Set<() => void>();

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
    this.tell();
  }

  /** Called at each change of the plan and each time something was done. */
  listen(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** The error that the text at hand fails with, because it is one of the next ones. */
  takeFailure(): number | undefined {
    const { failNext } = this.current;
    if (!failNext) return undefined;
    const { count, code } = failNext;
    this.current = { ...this.current, failNext: count > 1 ? { count: count - 1, code } : null };
    this.count(`fail_next.${code}`);
    return code;
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
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/** From 0 to 1, the same for the same text. */
function diceOf(text: string): number {
  return createHash('sha1').update(text).digest().readUInt32BE() / 2 ** 32;
}
