import { Injectable } from '@nestjs/common';
import {
  type Admission,
  admit,
  type Candidate,
  type Counter,
  counterName,
  type Counters,
  type Estimated,
  priceIn,
} from './admission.js';
import { Limits, type Spender } from './limits.js';
import { decimalOf, type Money, moneyOf } from './money.js';

/** Where statements are asked: a transaction of the caller's. */
export interface Transaction {
  query(text: string, values: unknown[]): Promise<unknown>;
}

/** A message that was counted against the limits, and since when. */
export interface Reserved extends Estimated {
  readonly reservedAt: Date | string | null;
}

/** What it has cost in fact. */
export interface Charged extends Reserved {
  readonly price: string;
  readonly priceUnit: string;
}

interface Entry {
  readonly scope: string;
  readonly key: string;
  readonly span: string;
  /** In whose window it belongs; null means now. */
  readonly at: Date | string | null;
  readonly money: string;
  readonly messages: number;
}

interface Row {
  readonly scope: string;
  readonly key: string;
  readonly money: string;
  readonly messages: number;
  readonly alerted: number;
}

/*
 * One row for each counter, and in one order: two transactions that meet wait for each other, never in a circle. The
 * row stays locked until the caller commits, so what is read here is true until then.
 */
const COUNT = `
  INSERT INTO spending AS s (scope, key, starts_at, money, messages)
  SELECT r.scope, r.key, date_trunc(r.span, coalesce(r.at, now()), $2), sum(r.money), sum(r.messages)
    FROM jsonb_to_recordset($1::jsonb) AS r(scope text, key text, span text, at timestamptz, money numeric, messages int)
   GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
  ON CONFLICT (scope, key, starts_at) DO UPDATE
     SET money = s.money + excluded.money, messages = s.messages + excluded.messages
  RETURNING s.scope, s.key, s.money, s.messages, s.alerted`;

/** What was spent and sent, and whether more may be: the counters of all limits, exact among all instances. */
@Injectable()
export class Spending {
  constructor(private readonly limits: Limits) {}

  /** Whether there is any limit at all. */
  get isLimited(): boolean {
    return this.limits.set.length > 0;
  }

  /** Where the windows begin: an IANA name. */
  get timeZone(): string {
    return this.limits.timeZone;
  }

  /** Counts messages that are about to go, and says which of them must not: those are not counted. */
  async admit(tx: Transaction, candidates: readonly Candidate[]): Promise<Admission> {
    const after = await this.count(
      tx,
      candidates.flatMap((one) => this.entriesOf(one, null, 1)),
    );
    const admission = admit(candidates, this.limits, this.without(candidates, after));
    const turnedAway = new Set(admission.refused.map(({ id }) => id));
    const back = candidates
      .filter(({ id }) => turnedAway.has(id))
      .flatMap((one) => this.entriesOf(one, null, -1));
    if (back.length > 0) await this.count(tx, back);
    return admission;
  }

  /** Gives back what was reserved for messages that the provider has not taken. */
  async release(tx: Transaction, messages: readonly Reserved[]): Promise<void> {
    const entries = messages.flatMap((one) =>
      one.reservedAt ? this.entriesOf(one, one.reservedAt, -1) : [],
    );
    if (entries.length > 0) await this.count(tx, entries);
  }

  /** Puts what was charged in the place of what was reserved; in another currency the estimate stands. */
  async settle(tx: Transaction, messages: readonly Charged[]): Promise<void> {
    const entries = messages.flatMap((one) => {
      if (!one.reservedAt || one.priceUnit !== this.limits.currency) return [];
      const difference = moneyOf(one.price) - priceIn(this.limits.currency, one);
      return this.capsOf(this.entriesWith(one, one.reservedAt, difference, 0));
    });
    if (entries.length > 0) await this.count(tx, entries);
  }

  private entriesOf(one: Estimated, at: Date | string | null, sign: 1 | -1): Entry[] {
    return this.entriesWith(one, at, priceIn(this.limits.currency, one) * BigInt(sign), sign);
  }

  private entriesWith(one: Spender, at: Date | string | null, money: Money, messages: number): Entry[] {
    const amount = decimalOf(money);
    return this.limits.set.map((limit) => {
      const { scope, span } = limit;
      return { scope, key: this.limits.keyOf(limit, one), span, at, money: amount, messages };
    });
  }

  /** A price changes nothing for the limits that count messages alone. */
  private capsOf(entries: readonly Entry[]): Entry[] {
    const caps = new Set(
      this.limits.set.filter(({ rule }) => rule === 'cap').map(({ scope }) => scope as string),
    );
    return entries.filter(({ scope }) => caps.has(scope));
  }

  private async count(tx: Transaction, entries: readonly Entry[]): Promise<Row[]> {
    return (await tx.query(COUNT, [JSON.stringify(entries), this.limits.timeZone])) as Row[];
  }

  /** What the counters were before these messages. */
  private without(candidates: readonly Candidate[], after: readonly Row[]): Counters {
    const counters = new Map<string, Counter>(
      after.map(({ scope, key, money, messages, alerted }) => [
        `${scope} ${key}`,
        { money: moneyOf(money), messages, alerted },
      ]),
    );
    for (const one of candidates) {
      const price = priceIn(this.limits.currency, one);
      for (const limit of this.limits.set) {
        const name = counterName(limit, this.limits.keyOf(limit, one));
        const { money, messages, alerted } = counters.get(name) ?? { money: price, messages: 1, alerted: 0 };
        counters.set(name, { money: money - price, messages: messages - 1, alerted });
      }
    }
    return counters;
  }
}
