import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CostSettings } from './cost.settings.js';
import { PriceList } from './price.list.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prices-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (text: string) => {
  const file = join(folder, 'prices.yaml');
  writeFileSync(file, text);
  return file;
};
const to = (country: string | undefined, address = '+919876543210', segments = 1) => ({
  country,
  address,
  segments,
});

describe('The price list', () => {
  it('that ships knows India and the main countries, in dollars, and is wary of the others', () => {
    const list = PriceList.read();
    expect([...list.currencies]).toEqual(['USD']);
    expect(list.priceOf('twilio', to('IN'))).toEqual({ price: '0.08320', currency: 'USD' });
    expect(list.priceOf('sandbox', to('IN', '+919876543210', 3))?.price).toBe('0.24960');
    for (const country of ['US', 'GB', 'AE', 'CA']) {
      expect(Number(list.priceOf('twilio', to(country))?.price)).toBeLessThan(0.15);
    }
    expect(Number(list.priceOf('twilio', to(undefined))?.price)).toBeGreaterThan(0.3);
    expect(list.priceOf('nobody', to('IN'))).toBeUndefined();
  });

  it('adds the fee of the networks, and knows ranges of numbers with a price of their own', () => {
    const list = PriceList.read(
      fileOf(`x:
  currency: INR
  countries:
    IN: { price: 0.20, carrier_fee: 0.025, prefixes: { '+9198': 0.3, '+919876': 0.5 } }`),
    );
    expect(list.priceOf('x', to('IN', '+917000000000'))?.price).toBe('0.22500');
    expect(list.priceOf('x', to('IN', '+919800000000'))?.price).toBe('0.32500');
    expect(list.priceOf('x', to('IN', '+919876543210', 2))?.price).toBe('1.05000');
    expect(list.priceOf('x', to('GB'))).toBeUndefined();
  });

  it.each([
    ['x: { currency: dollars }', 'x.currency must be three capital letters'],
    ['x: { currency: USD, countries: { India: 1 } }', 'x.India must name its country by two capital letters'],
    ['x: { currency: USD, countries: { IN: cheap } }', 'x.IN must be an amount'],
    ['x: { currency: USD, countries: { IN: 0.0832001 } }', 'x.IN must be an amount'],
    ['x: { currency: USD, countries: { IN: { fee: 1 } } }', 'x.IN.price must be an amount'],
    ['- 1', 'the file must be a table'],
  ])('says what is wrong with it: %s', (text, message) => {
    const file = fileOf(text);
    expect(() => PriceList.read(file)).toThrow(message);
    expect(problemsOf({ PRICES_FILE: file })).toEqual([expect.stringContaining(message)]);
  });
});

const problemsOf = (env: Record<string, string>) =>
  CostSettings.problemsOf(new CostSettings(env)).map(({ env: name, message }) => `${name} ${message}`);

describe('The settings of the caps', () => {
  it.each([
    [{}],
    [{ CAP_ALL_DAY: '150 USD' }],
    [{ CAP_ALL_DAY: '150.5 USD, 1000 messages' }],
    [{ CAP_CATEGORY_DAY: 'promotion=20 USD, promotion=5 messages,100 USD', CAP_TIME_ZONE: 'UTC' }],
  ])('may be %j', (env) => {
    expect(problemsOf(env)).toEqual([]);
  });

  it.each([
    [{ CAP_ALL_DAY: 'many' }],
    [{ CAP_ALL_DAY: '20' }],
    [{ CAP_ALL_DAY: '20.123456 USD' }],
    [{ CAP_ALL_DAY: '1.5 messages' }],
    [{ CAP_ALL_DAY: 'order=20 USD' }],
    [{ CAP_REACHED: 'explode' }],
  ])('are refused as %j', (env) => {
    expect(() => new CostSettings(env)).toThrow(Object.keys(env)[0]);
  });

  it('must be in the currency of the prices, and of each other', () => {
    expect(problemsOf({ CAP_ALL_DAY: '5000 INR' })).toEqual([
      expect.stringMatching(/^CAP_ALL_DAY .*INR.*USD/),
    ]);
    expect(problemsOf({ CAP_USER_DAY: '1 USD', CAP_ALL_DAY: '5000 INR' })).toHaveLength(1);
    const INR = fileOf('x: { currency: INR, elsewhere: 0.25 }');
    expect(problemsOf({ CAP_ALL_DAY: '5000 INR', PRICES_FILE: INR })).toEqual([]);
  });

  it('name a place on earth', () => {
    expect(problemsOf({ CAP_TIME_ZONE: 'Mars/Olympus' })).toEqual([expect.stringContaining('CAP_TIME_ZONE')]);
  });
});
