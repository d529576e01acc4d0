import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceFrom } from './dlt.pattern.js';
import { Dlt, wrongDltOptions } from './dlt.js';
import { DltSettings } from './dlt.settings.js';

const PATTERN = 'Acme: Dear {#var#}, your order {#alphanumeric#} costs Rs. {#numeric#}. See {#url#}';
const GOOD =
  'Acme: Dear Asha, your order ORD42 costs Rs. 500. See https://acme.example/orders/a-very-long-way';
const from = (text: string, pattern = PATTERN) => differenceFrom(pattern, text, 30);

describe('a text and its registered pattern', () => {
  it('agree when only the variables are filled in', () => {
    expect(from(GOOD)).toBeUndefined();
    expect(from('Your code is 4711.', 'Your code is #numeric#.')).toBeUndefined();
    expect(from('Fixed.', 'Fixed.')).toBeUndefined();
    expect(from('a, b, c and d', '{#var#}, {#var#} and {#var#}')).toBeUndefined();
  });

  it.each([
    ['other words', GOOD.replace('Dear', 'Hello'), '"Dear "', 'Hello Asha'],
    ['words before a variable', GOOD.replace('Rs. 500', 'INR 500'), '"Rs. "', 'INR 500'],
    ['letters for digits', GOOD.replace('500', 'five'), '{#numeric#}, which is digits', 'five'],
    ['signs in an id', GOOD.replace('ORD42', 'ORD-42'), '{#alphanumeric#}, which is letters', 'ORD-42'],
    ['a variable that is too long', GOOD.replace('Asha', 'A'.repeat(31)), 'of at most 30', 'A'.repeat(31)],
    ['an end that is missing', 'Acme: Dear Asha, your', '" order "', ''],
  ])('differ first at %s', (_, text, expected, found) => {
    const difference = from(text);
    expect(difference?.position).toBe((found === '' ? text.length : text.indexOf(found)) + 1);
    expect(difference?.expected).toContain(expected);
    expect(difference?.found.startsWith(found)).toBe(true);
  });

  it('differ where the text goes on', () => {
    expect(from('Fixed. And more', 'Fixed.')).toEqual({
      position: 7,
      expected: 'the end',
      found: ' And more',
    });
  });

  it('count characters as people do', () => {
    expect(from('👍👍 yes', '👍👍 no')?.position).toBe(4);
  });

  it('agree whatever stands for the variables', () => {
    const fixed = fc.stringMatching(/^[a-z ,.]{1,12}$/);
    const value = fc.string({ maxLength: 30 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fixed, value), { maxLength: 8 }), (pairs) => {
        const pattern = pairs.map(([words]) => `${words}{#var#}`).join('');
        expect(from(pairs.flat().join(''), pattern)).toBeUndefined();
      }),
    );
  });

  it('are compared in time that grows with their lengths alone', () => {
    const pattern = '{#var#}a'.repeat(60);
    const text = 'a'.repeat(1600);
    const start = performance.now();
    for (let turn = 0; turn < 20; turn += 1) from(text, pattern);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe('the register of texts to India', () => {
  const settings = new DltSettings({ DLT_ENABLED: 'true', DLT_ENTITY_ID: '1101234567890' });
  const dlt = new Dlt(settings);
  const options = {
    template_id: '1107161234567890123',
    header: 'ACMEIN',
    category: 'service_implicit',
    pattern: PATTERN,
  };

  it('gives the carrier its ids', () => {
    expect(dlt.check('+919876543210', GOOD, options)).toEqual({
      dlt_entity_id: '1101234567890',
      dlt_template_id: '1107161234567890123',
      dlt_header: 'ACMEIN',
    });
  });

  it('refuses what is not as it is registered, with the first difference', () => {
    expect(dlt.check('+919876543210', GOOD.replace('Dear', 'Hi'), options)).toEqual({
      rule: 'dlt_mismatch',
      fault: 'content',
      detail:
        'The text is not as it is registered (DLT template 1107161234567890123): at character 7 it needs "Dear ", ' +
        'and has "Hi Asha, your order ORD42 costs Rs. 500.". Change the words or their values, or register them anew.',
    });
  });

  it('refuses what is not registered', () => {
    const { pattern: _, ...rest } = options;
    expect(dlt.check('+919876543210', GOOD, rest)).toMatchObject({ rule: 'dlt_missing' });
    expect(dlt.check('+919876543210', GOOD)).toHaveProperty(
      'detail',
      expect.stringContaining('options.sms.dlt.template_id, options.sms.dlt.header'),
    );
  });

  it('has no say elsewhere, nor when it is switched off', () => {
    expect(dlt.check('+15005550006', GOOD)).toBeUndefined();
    expect(new Dlt(new DltSettings({})).check('+919876543210', GOOD)).toBeUndefined();
  });

  it('says what is wrong with what a template tells of it', () => {
    const wrong = { template_id: 7, header: 'A-B', category: 'other', pattern: 'Hi {#name#}', sender: 'X' };
    expect(wrongDltOptions(wrong).map(({ option }) => option)).toEqual([
      'dlt.template_id',
      'dlt.header',
      'dlt.category',
      'dlt.pattern',
      'dlt.sender',
    ]);
    expect(wrongDltOptions('yes')).toHaveLength(1);
    expect(wrongDltOptions(options)).toEqual([]);
  });
});
