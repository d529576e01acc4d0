import { describe, expect, it } from 'vitest';
import { decimalOf, moneyOf, readable } from './money.js';

describe('Money', () => {
  it.each(['0.00000', '0.08320', '12345678.90123', '-0.00001', '-7.50000'])('is exact: %s', (decimal) => {
    expect(decimalOf(moneyOf(decimal))).toBe(decimal);
  });

  it('adds up where floats do not', () => {
    expect(decimalOf(moneyOf('0.1') + moneyOf('0.2'))).toBe('0.30000');
    expect(decimalOf(Array.from({ length: 1000 }, () => moneyOf('0.0832')).reduce((a, b) => a + b))).toBe(
      '83.20000',
    );
  });

  it.each([
    ['50.00000', '50.00'],
    ['0.08320', '0.0832'],
    ['0.00000', '0.00'],
    ['1.20001', '1.20001'],
  ])('reads well: %s is %s', (decimal, text) => {
    expect(readable(decimal)).toBe(text);
  });
});
