import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { DECIMAL, decimalOf, type Money, moneyOf } from './money.js';

const SHIPPED = join(import.meta.dirname, '../../prices/list-prices.yaml');

/** What one country costs: a segment, and ranges of numbers with a price of their own. */
interface Rate {
  readonly price: Money;
  /** Longest first. */
  readonly prefixes: readonly { readonly starts: string; readonly price: Money }[];
}

interface Tariff {
  readonly currency: string;
  readonly countries: ReadonlyMap<string, Rate>;
  readonly elsewhere: Money | undefined;
}

/** What a message is expected to cost. */
export interface ExpectedPrice {
  /** Exact decimal as text. */
  readonly price: string;
  /** ISO 4217. */
  readonly currency: string;
}

/** To whom, and how many segments: what a price depends on. */
export interface Priced {
  /** ISO 3166; undefined where nobody knows. */
  readonly country: string | undefined;
  readonly address: string;
  readonly segments: number;
}

/** What providers ask for, from a file: by provider, by country, and by the beginning of a number where it matters. */
export class PriceList {
  private constructor(private readonly tariffs: ReadonlyMap<string, Tariff>) {}

  /** Reads the list that the service ships with, or another. Throws an Error that says what is wrong with it. */
  static read(file = SHIPPED): PriceList {
    // Without a schema every scalar stays the text that it is: a price must never have been a float.
    const content: unknown = parse(readFileSync(file, 'utf8'), { schema: 'failsafe' });
    const providers = Object.entries(objectOf(content, 'the file'));
    return new PriceList(new Map(providers.map(([name, value]) => [name, tariffOf(name, value)])));
  }

  /** The currencies that prices are in. */
  get currencies(): ReadonlySet<string> {
    return new Set([...this.tariffs.values()].map(({ currency }) => currency));
  }

  /** Undefined where the list has no price. */
  priceOf(provider: string, { country, address, segments }: Priced): ExpectedPrice | undefined {
    const tariff = this.tariffs.get(provider);
    const rate = tariff?.countries.get(country ?? '');
    const range = rate?.prefixes.find(({ starts }) => address.startsWith(starts));
    const each = range?.price ?? rate?.price ?? tariff?.elsewhere;
    if (!tariff || each === undefined) return undefined;
    return { price: decimalOf(each * BigInt(segments)), currency: tariff.currency };
  }
}

function tariffOf(provider: string, value: unknown): Tariff {
  const { currency, countries, elsewhere } = objectOf(value, provider);
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) {
    throw new Error(`${provider}.currency must be three capital letters, as USD`);
  }
  const rates = Object.entries(objectOf(countries ?? {}, `${provider}.countries`));
  return {
    currency,
    countries: new Map(rates.map(([country, rate]) => [country, rateOf(`${provider}.${country}`, rate)])),
    elsewhere: elsewhere === undefined ? undefined : amountOf(elsewhere, `${provider}.elsewhere`),
  };
}

function rateOf(where: string, value: unknown): Rate {
  if (!/\.[A-Z]{2}$/.test(where)) {
    throw new Error(`${where} must name its country by two capital letters, as IN`);
  }
  if (typeof value === 'string') return { price: amountOf(value, where), prefixes: [] };
  const { price, carrier_fee: fee = '0', prefixes = {} } = objectOf(value, where);
  const extra = amountOf(fee, `${where}.carrier_fee`);
  const ranges = Object.entries(objectOf(prefixes, `${where}.prefixes`)).map(([starts, amount]) => ({
    starts,
    price: amountOf(amount, `${where}.prefixes`) + extra,
  }));
  return {
    price: amountOf(price, `${where}.price`) + extra,
    prefixes: ranges.sort((a, b) => b.starts.length - a.starts.length),
  };
}

function amountOf(value: unknown, where: string): Money {
  if (typeof value === 'string' && DECIMAL.test(value)) return moneyOf(value);
  throw new Error(`${where} must be an amount with at most five digits behind the point, as 0.0832`);
}

function objectOf(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new Error(`${where} must be a table of names and values`);
}
