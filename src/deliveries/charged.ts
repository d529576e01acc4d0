import { decimalOf, moneyOf } from '../costs/money.js';
import type { Delivery } from './delivery.entity.js';

/** What the provider has charged for all attempts of a delivery, an exact decimal; null while it has named no price. */
export function chargedFor({ price, priceBefore }: Pick<Delivery, 'price' | 'priceBefore'>): string | null {
  const before = moneyOf(priceBefore);
  if (price === null) return before === 0n ? null : decimalOf(before);
  return decimalOf(before + moneyOf(price));
}
