/** Money is exact: a whole number of hundred-thousandths of a currency's unit, which is as fine as the ledger keeps it. */
export type Money = bigint;

const DIGITS = 5;
export const DECIMAL = /^\d{1,9}(\.\d{1,5})?$/;

/** @param decimal as `0.0832`, also negative; not finer than five digits */
export function moneyOf(decimal: string): Money {
  const [whole = '', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(DIGITS, '0'));
}

/** As the ledger writes it: five digits behind the point. */
export function decimalOf(money: Money): string {
  const digits = (money < 0n ? -money : money).toString().padStart(DIGITS + 1, '0');
  return `${money < 0n ? '-' : ''}${digits.slice(0, -DIGITS)}.${digits.slice(-DIGITS)}`;
}

/** For people: two digits behind the point, more where they say something. */
export const readable = (decimal: string): string => decimal.replace(/(\.\d\d\d*?)0+$/, '$1');
