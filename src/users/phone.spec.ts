import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PhoneFault, parsePhone } from './phone.js';

describe('a mobile number', () => {
  it.each([
    '+91 98765 43210',
    '098765 43210',
    '98765-43210',
    '0091 98765 43210',
    '(98765) 43210',
    '98765.43210',
    ' +91-98765–43210 ',
    '९८७६५ ४३२१०',
    '９８７６５４３２１０',
    '＋91 98765 43210',
    '\u202a+91 98765 43210\u202c',
    '+91 (0) 98765 43210',
  ])('written as %j is +919876543210', (raw) => {
    expect(parsePhone(raw, 'IN')).toEqual({ ok: true, e164: '+919876543210', country: 'IN', type: 'mobile' });
  });

  it('of another country is read by its code, and by the home country', () => {
    expect(parsePhone('+1 415 555 2671', 'IN')).toMatchObject({
      e164: '+14155552671',
      type: 'mobile-or-landline',
    });
    expect(parsePhone('(415) 555-2671', 'US')).toMatchObject({ e164: '+14155552671' });
  });

  it('may be one of the test numbers that carriers document', () => {
    expect(parsePhone('+15005550006', 'IN')).toMatchObject({ ok: true, e164: '+15005550006' });
  });

  it('is held to the allowed regions, of which one calling code may have several', () => {
    expect(parsePhone('+44 7781 123456', 'IN', ['GB'])).toMatchObject({ code: 'phone.country-not-allowed' });
    expect(parsePhone('+44 7781 123456', 'IN', ['GG'])).toMatchObject({ ok: true, country: 'GG' });
    expect(parsePhone('+44 7781 123456', 'IN', ['+44'])).toMatchObject({ ok: true, country: 'GG' });
    expect(parsePhone('+44 7781 123456', 'IN', ['+4'])).toMatchObject({ ok: false });
  });
});

describe('what is refused', () => {
  it.each<[PhoneFault, string]>([
    ['phone.empty', ''],
    ['phone.empty', '  '],
    ['phone.letters', 'call me'],
    ['phone.letters', '98765 4321O'],
    ['phone.letters', '++919876543210'],
    ['phone.letters', '+91 98765/43210'],
    ['phone.letters', '+'],
    ['phone.extension', '98765 43210 ext 5'],
    ['phone.extension', '+919876543210;ext=3'],
    ['phone.extension', '98765 43210 x12'],
    ['phone.extension', '98765 43210 #9'],
    ['phone.too-short', '12345'],
    ['phone.too-short', '1'],
    ['phone.too-long', '9876543210 9876543210'],
    ['phone.too-long', '9'.repeat(100)],
    ['phone.unknown-country', '+999 12345678'],
    ['phone.not-in-use', '+91 55555 55555'],
    ['phone.landline', '+91 11 2345 6789'],
    ['phone.landline', '022 2345 6789'],
    ['phone.premium', '+1 900 555 1234'],
    ['phone.premium', '1860 123 4567'],
    ['phone.premium', '+979 123456789'],
    ['phone.satellite', '+8816 1234 5678'],
    ['phone.satellite', '+882 16 1234 5678'],
    ['phone.satellite', '+883 5100 1234 5678'],
    ['phone.satellite', '+870 773 123 456'],
    ['phone.pager', '+44 7640 123456'],
    ['phone.not-mobile', '+800 1234 5678'],
    ['phone.not-mobile', '1800 11 4000'],
  ])('is called %s: %j', (code, raw) => {
    const parsed = parsePhone(raw, 'IN');
    expect(parsed).toMatchObject({ ok: false, code });
  });

  it('comes with a cure', () => {
    const parsed = parsePhone('+91 11 2345 6789', 'IN');
    expect(parsed.ok ? '' : parsed.reason).toContain('give a mobile number');
  });
});

describe('whatever comes in', () => {
  const digits = fc
    .array(fc.constantFrom(...Array.from('0123456789+ -().xX#;,９४')), { maxLength: 25 })
    .map((all) => all.join(''));
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 70 }),
    digits,
    digits.map((rest) => `+91${rest}`),
  );

  it('is answered, and a number that is good parses back to itself', () => {
    fc.assert(
      fc.property(anything, fc.constantFrom('IN', 'US', 'GB', 'XX'), (raw, home) => {
        const parsed = parsePhone(raw, home);
        if (!parsed.ok) return parsed.reason.length > 0;
        return /^\+[1-9]\d{6,14}$/.test(parsed.e164) && same(parsePhone(parsed.e164, 'IN'), parsed);
      }),
      { numRuns: 2000 },
    );
  });

  it('any Indian mobile is read in every usual form', () => {
    const number = fc.tuple(fc.integer({ min: 70000, max: 99999 }), fc.integer({ min: 0, max: 99999 }));
    fc.assert(
      fc.property(number, ([first, rest]) => {
        const [a, b] = [String(first), String(rest).padStart(5, '0')];
        const [one, ...others] = [`+91${a}${b}`, `0${a} ${b}`, `${a}-${b}`, `0091 ${a} ${b}`].map((raw) =>
          parsePhone(raw, 'IN'),
        );
        return others.every((other) => one !== undefined && same(one, other));
      }),
      { numRuns: 300 },
    );
  });

  const same = (a: object, b: object) => JSON.stringify(a) === JSON.stringify(b);
});
