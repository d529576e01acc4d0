import type { Allowance, Limit, Span } from './limit.js';
import type { Limits, Spender } from './limits.js';
import { decimalOf, type Money, moneyOf, readable } from './money.js';

/** A message, and what it is expected to cost. */
export interface Estimated extends Spender {
  /** Exact decimal as text; null where nobody knows. */
  readonly estimatedPrice: string | null;
  readonly estimatedUnit: string | null;
}

/** A message that wants to go. */
export interface Candidate extends Estimated {
  readonly id: string;
  /** 0 is critical. */
  readonly priority: number;
  /** Counted from 1. */
  readonly attempt: number;
}

/** What one limit has counted for one key in the window that is open. */
export interface Counter {
  readonly money: Money;
  readonly messages: number;
  /** The highest level that was told of in this window, in percent. */
  readonly alerted: number;
}
export type Counters = ReadonlyMap<string, Counter>;

/** A message that must not go now, and the limit that says so. */
export interface Refused {
  readonly id: string;
  readonly rule: Limit['rule'];
  readonly span: Span;
  /** Whether it is asked again in the limit's next window, or not at all. */
  readonly waits: boolean;
  /** A sentence with the numbers. */
  readonly detail: string;
  /** The limit as it stood, and how much of it the message might have used. */
  readonly reached: Reached;
}

/** How much of a limit is used in the window that is open. */
export interface Use {
  readonly limit: Limit;
  readonly key: string;
  readonly used: Counter;
  readonly allowed: Allowance;
}

/** A limit that has come to a level. */
export interface Reached extends Use {
  /** The level, in percent. */
  readonly percent: number;
  /** Whether it holds messages back; else so much of it is used. */
  readonly refuses: boolean;
}

export interface Admission {
  readonly refused: readonly Refused[];
  /** Caps that have come to a level that nobody was told of, by what is counted: some of it may be given back. */
  readonly near: readonly Use[];
}

/** A limit and a key, as counters are named. */
export const counterName = ({ scope }: Limit, key: string): string => `${scope} ${key}`;

/** What a message counts in the caps' currency; in another it counts as a message alone. */
export const priceIn = (currency: string | null, { estimatedPrice, estimatedUnit }: Estimated): Money =>
  estimatedPrice !== null && estimatedUnit === currency ? moneyOf(estimatedPrice) : 0n;

interface Used {
  money: Money;
  messages: number;
}

interface Weighing {
  readonly limit: Limit;
  readonly key: string;
  readonly used: Used;
  readonly allowed: Allowance;
}

/**
 * Decides which of some messages may go, the most urgent first. Pure.
 * @param before what was counted before them, of each limit and key that they have
 */
export function admit(candidates: readonly Candidate[], limits: Limits, before: Counters): Admission {
  const used = new Map([...before].map(([name, { money, messages }]) => [name, { money, messages }]));
  const refused: Refused[] = [];
  const weighed = new Map<string, Weighing>();
  const alertedOf = (name: string) => before.get(name)?.alerted ?? 0;
  for (const one of candidates.toSorted((a, b) => a.priority - b.priority)) {
    const weighings = weighingsOf(one, limits, used);
    for (const each of weighings) weighed.set(counterName(each.limit, each.key), each);
    const price = priceIn(limits.currency, one);
    const obstacle = weighings.find((each) => isOver(each, price, shareOf(each.limit, one, limits)));
    if (obstacle) {
      refused.push(refusedBy(obstacle, one, limits, alertedOf(counterName(obstacle.limit, obstacle.key))));
      continue;
    }
    for (const each of weighings) {
      each.used.money += price;
      each.used.messages += 1;
    }
  }
  const uses = [...weighed].map(([name, one]) => useOf(one, alertedOf(name)));
  return { refused, near: uses.filter((use) => levelOf(use, limits) > use.used.alerted) };
}

function weighingsOf(one: Candidate, limits: Limits, used: ReadonlyMap<string, Used>): Weighing[] {
  return limits.set.flatMap((limit) => {
    const key = limits.keyOf(limit, one);
    const counted = used.get(counterName(limit, key));
    const allowed = limits.allowanceOf(limit.scope, key);
    return counted && allowed ? [{ limit, key, used: counted, allowed }] : [];
  });
}

/** Percent of a limit that a message may use. */
const shareOf = ({ rule }: Limit, { priority }: Candidate, { reserve }: Limits): number =>
  rule === 'cap' && priority > 0 ? 100 - reserve : 100;

function isOver({ used, allowed: { money, messages } }: Weighing, price: Money, share: number): boolean {
  return (
    (money !== undefined && (used.money + price) * 100n > money * BigInt(share)) ||
    (messages !== undefined && (used.messages + 1) * 100 > messages * share)
  );
}

const useOf = ({ used, ...weighing }: Weighing, alerted: number): Use => ({
  ...weighing,
  used: { ...used, alerted },
});

function refusedBy(obstacle: Weighing, one: Candidate, limits: Limits, alerted: number): Refused {
  const { limit } = obstacle;
  const { rule, span } = limit;
  // What was begun is not given up: nothing brings back what is skipped.
  const waits = one.attempt > 1 || (rule === 'cap' && limits.reached === 'hold');
  const reached = { ...useOf(obstacle, alerted), percent: shareOf(limit, one, limits), refuses: true };
  return { id: one.id, rule, span, waits, detail: detailOf(obstacle, one, limits), reached };
}

function detailOf({ limit, used, allowed }: Weighing, one: Candidate, limits: Limits): string {
  const { rule, title } = limit;
  if (rule === 'velocity') {
    return `The limit ${title} is reached: ${used.messages} of ${allowed.messages} messages have gone.`;
  }
  const kept =
    shareOf(limit, one, limits) < 100 ? `; ${limits.reserve} % are kept for critical messages` : '';
  const wanted =
    one.estimatedPrice === null
      ? ''
      : ` This one is expected to cost ${readable(one.estimatedPrice)} ${one.estimatedUnit}.`;
  return `The cap ${title} is reached: ${amountsOf(used, allowed, limits.currency)} are used${kept}.${wanted}`;
}

/** `49.92 of 50.00 USD and 600 of 1000 messages`. */
export function amountsOf(used: Used, { money, messages }: Allowance, currency: string | null): string {
  const parts = [
    money === undefined
      ? null
      : `${readable(decimalOf(used.money))} of ${readable(decimalOf(money))} ${currency}`,
    messages === undefined ? null : `${used.messages} of ${messages} messages`,
  ];
  return parts.filter((part) => part !== null).join(' and ');
}

/** Percent of an allowance that is used, rounded down; the fuller of money and messages. */
export function percentOf({ money, messages }: Used, allowed: Allowance): number {
  const ofMoney = allowed.money ? Number((money * 100n) / allowed.money) : 0;
  return Math.max(ofMoney, allowed.messages ? Math.floor((messages * 100) / allowed.messages) : 0);
}

/** The highest level that a cap has come to, in percent; 0 where it is none. */
export const levelOf = ({ limit, used, allowed }: Omit<Use, 'key'>, { levels }: Limits): number =>
  limit.rule === 'cap' ? (levels.findLast((level) => level <= percentOf(used, allowed)) ?? 0) : 0;
