import { moneyOf, type Money } from './money.js';

/** How long a window is; it begins where the calendar of the caps' time zone begins one. */
export type Span = 'hour' | 'day' | 'month';
/** What a limit counts apart: each person, each category, each address, ... or nothing (`all`). */
type Subject = 'user' | 'category' | 'all' | 'address' | 'prefix';

/** A limit by the name that its counters, rules and alerts bear. */
export interface Limit {
  readonly scope: Scope;
  readonly subject: Subject;
  readonly span: Span;
  /** `cap` keeps money together, `velocity` stops whoever makes us send. */
  readonly rule: 'cap' | 'velocity';
  /** For people, behind "The cap". */
  readonly title: string;
}

export type Scope =
  | 'user_day'
  | 'user_month'
  | 'category_day'
  | 'all_day'
  | 'all_month'
  | 'user_hour'
  | 'address_hour'
  | 'prefix_hour';

export const LIMITS: readonly Limit[] = [
  {
    scope: 'address_hour',
    subject: 'address',
    span: 'hour',
    rule: 'velocity',
    title: 'of one address an hour',
  },
  { scope: 'user_hour', subject: 'user', span: 'hour', rule: 'velocity', title: 'of one person an hour' },
  {
    scope: 'prefix_hour',
    subject: 'prefix',
    span: 'hour',
    rule: 'velocity',
    title: 'of one number range an hour',
  },
  { scope: 'user_day', subject: 'user', span: 'day', rule: 'cap', title: 'of one person a day' },
  { scope: 'user_month', subject: 'user', span: 'month', rule: 'cap', title: 'of one person a month' },
  { scope: 'category_day', subject: 'category', span: 'day', rule: 'cap', title: 'of a category a day' },
  { scope: 'all_day', subject: 'all', span: 'day', rule: 'cap', title: 'of everything a day' },
  { scope: 'all_month', subject: 'all', span: 'month', rule: 'cap', title: 'of everything a month' },
];

/** How much a limit lets through in one window; what is not named is not limited. */
export interface Allowance {
  readonly money?: Money;
  readonly messages?: number;
}

/** As a setting says it: `20 USD`, `500 messages`, or both. */
const AMOUNT = String.raw`\d{1,9}((\.\d{1,5})? [A-Z]{3}| messages)`;
const listOf = (entry: string) => new RegExp(String.raw`^${entry}(\s*,\s*${entry})*$`);
export const AMOUNTS = {
  pattern: listOf(AMOUNT),
  form: 'an amount as 20 USD or 500 messages, or both with a comma between',
};
/** The same where names may stand before it, as `promotion=5 USD, 20 USD`. */
export const NAMED_AMOUNTS = {
  pattern: listOf(`([a-z][a-z0-9_]*=)?${AMOUNT}`),
  form: 'amounts as 20 USD or promotion=500 messages, with commas between',
};

/** What a setting allows, by key; `''` holds for every key that is not named. */
export interface Allowances {
  readonly byKey: ReadonlyMap<string, Allowance>;
  /** The currencies that it names. */
  readonly currencies: readonly string[];
}

/** @param amounts of the form of NAMED_AMOUNTS */
export function allowancesOf(amounts: string): Allowances {
  const byKey = new Map<string, Allowance>();
  const currencies: string[] = [];
  for (const entry of amounts.split(',')) {
    const [, key = '', amount = '', unit = ''] = /^(?:(\w+)=)?(\S+) (\S+)$/.exec(entry.trim()) ?? [];
    if (unit !== 'messages') currencies.push(unit);
    const more = unit === 'messages' ? { messages: Number(amount) } : { money: moneyOf(amount) };
    byKey.set(key, { ...byKey.get(key), ...more });
  }
  return { byKey, currencies };
}
