import { decimalOf, type Money, moneyOf } from '../costs/money.js';
import type { Delivery } from './delivery.entity.js';

/** The attempt's charge as one of `charges`, of the delivery `d` whose price is known: SQL. */
export const CHARGE = `
  jsonb_build_object('provider', d.provider, 'id', d.provider_id, 'price', d.price::text, 'currency', d.price_unit)`;

/** What was charged in one currency. */
export interface ChargedSum {
  /** Exact decimal as text. */
  readonly price: string;
  /** ISO 4217. */
  readonly currency: string;
}

type Charged = Pick<Delivery, 'price' | 'priceUnit' | 'priceBefore' | 'charges'>;

/** What providers have charged for all attempts of a delivery, in each currency; nothing while none has named a price. */
export function chargesOf(delivery: Charged): ChargedSum[] {
  const sums = new Map<string, Money>();
  for (const { price, currency } of [...delivery.charges, ...latestOf(delivery)]) {
    sums.set(currency, (sums.get(currency) ?? 0n) + moneyOf(price));
  }
  return [...sums].sort().map(([currency, money]) => ({ price: decimalOf(money), currency }));
}

/** Of that the part in `priceUnit`; null where there is none. */
export function chargedFor(delivery: Charged): string | null {
  return chargesOf(delivery).find(({ currency }) => currency === delivery.priceUnit)?.price ?? null;
}

function* latestOf({ price, priceUnit, priceBefore }: Charged): Generator<ChargedSum> {
  if (priceUnit === null) return;
  if (price !== null) yield { price, currency: priceUnit };
  if (moneyOf(priceBefore) > 0n) yield { price: priceBefore, currency: priceUnit };
}
