import { describe, expect, it } from 'vitest';
import { compileWords, fill } from './renderer.js';

function written(source: string, a: unknown, { locale = 'en', user = {} } = {}) {
  const words = compileWords({ title: 'x', message: source, actionUrl: null, channels: {} });
  return fill(words, locale, { a, user }, [], { frontendUrl: 'https://example.com', country: 'IN' }).message;
}

describe('filters', () => {
  it.each<[string, unknown, string]>([
    ['{{ a | money }}', 500, '₹500'],
    ['{{ a | money }}', '500.00', '₹500'],
    ['{{ a | money }}', 1234.5, '₹1,234.50'],
    ['{{ a | money }}', '1,23,456.789', '₹1,23,456.79'],
    ['{{ a | money }}', 12345678, '₹1,23,45,678'],
    ['{{ a | money }}', 0, '₹0'],
    ['{{ a | money }}', -20.5, '-₹20.50'],
    ['{{ a | money }}', 0.999, '₹1'],
    ['{{ a | rupees }}', 500, 'Rs. 500'],
    ['{{ a | rupees }}', '1234.50', 'Rs. 1,234.50'],
    ["{{ a | plural('one: # shirt', 'other: # shirts') }}", 1, '1 shirt'],
    ["{{ a | plural('one: # shirt', 'other: # shirts') }}", '1200', '1,200 shirts'],
    ["{{ a | plural('=0: nothing', 'other: # things') }}", 0, 'nothing'],
    ['{{ a | round }}', 2.5, '3'],
    ['{{ a | round(1) }}', '2.34', '2.3'],
    ['{{ a | upper }}', 'straße', 'STRASSE'],
    ['{{ a | lower }}', 'ABC', 'abc'],
    ['{{ a | capitalize }}', 'priya sharma', 'Priya sharma'],
    ['{{ a | title }}', 'anne-marie o neil', 'Anne-Marie O Neil'],
    ['{{ a | trim }}', '  x ', 'x'],
    ['{{ a | truncate(8) }}', 'Sparkle Laundry', 'Spark...'],
    ['{{ a | truncate(15) }}', 'Sparkle Laundry', 'Sparkle Laundry'],
    ['{{ a | truncate(5) }}', '👕👖🧦🧥👗👚', '👕👖...'],
    ['{{ a | length }}', [1, 2], '2'],
    ['{{ a | join }}', ['Wash', 'Iron'], 'Wash, Iron'],
    ['{{ a | join(" & ") }}', ['Wash', 'Iron'], 'Wash & Iron'],
    ['{% for x in a | lines %}[{{ x }}]{% endfor %}', 'one\r\n\n two\n', '[one][two]'],
  ])('%s of %j', (source, a, expected) => {
    expect(written(source, a)).toBe(expected);
  });

  it.each<[string, string, string]>([
    ['{{ a | date }}', '2026-01-05', '5 Jan 2026'],
    ['{{ a | date("short") }}', '2026-01-05', '5 Jan'],
    ['{{ a | date("long") }}', '2026-01-05', 'Monday, 5 January 2026'],
    ['{{ a | date }}', '2026-01-05T20:00:00Z', '6 Jan 2026'],
    ['{{ a | date("time") }}', '2026-01-05T12:05:00+00:00', '5:35 pm'],
    ['{{ a | date("datetime") }}', '2026-01-05 12:05:00.123+0000', '5 Jan 2026, 5:35 pm'],
    ['{{ a | date("time") }}', '2026-01-05T09:30:00', '9:30 am'],
    ['{{ a | date }}', 'Sat 3 Jan, 9 to 11 am', 'Sat 3 Jan, 9 to 11 am'],
    ['{{ a | date }}', '2026-13-45', '2026-13-45'],
  ])('%s of %s', (source, a, expected) => {
    expect(written(source, a)).toBe(expected);
  });

  it('money is written as the language does, in digits and blanks that a text message has', () => {
    expect(written('{{ a | money }}', 123456.5, { locale: 'hi' })).toBe('₹1,23,456.50');
    expect(written('{{ a | money }}', 123456.5, { locale: 'en-US' })).toBe('₹123,456.50');
    expect(written('{{ a | money }}', 500, { locale: 'de-DE' })).toBe('500 ₹');
    expect(written('{{ a | rupees }}', 123456.5, { locale: 'de-DE' })).toBe('Rs. 123.456,50');
    expect(written('{{ a | money }}', 1234, { locale: 'xx' })).toBe('₹1,234');
  });

  it('a count takes the form that the language has for it', () => {
    const forms =
      "{{ a | plural('one: # рубашка', 'few: # рубашки', 'many: # рубашек', 'other: # рубашки') }}";
    const said = [1, 2, 5, 21].map((many) => written(forms, many, { locale: 'ru' }));
    expect(said).toEqual(['1 рубашка', '2 рубашки', '5 рубашек', '21 рубашка']);
    const hindi = "{{ a | plural('one: # कपड़ा', 'other: # कपड़े') }}";
    expect([0, 1, 2].map((many) => written(hindi, many, { locale: 'hi' }))).toEqual([
      '0 कपड़ा',
      '1 कपड़ा',
      '2 कपड़े',
    ]);
  });

  it.each([
    ["plural('one: # shirt')", 'needs a form "other: ..."'],
    ["plural('some: # shirts')", 'does not take "some: # shirts", only forms as "one: # shirt"'],
    ['plural(1)', 'does not take 1, only forms as "one: # shirt"'],
    ['plural()', 'needs a form "other: ..."'],
  ])('%s is refused', (filter, reason) => {
    expect(() => written(`{{ a | ${filter} }}`, 1)).toThrow(reason);
  });

  it('dates are told in the time zone and the language of the person', () => {
    const moment = '2026-01-05T20:00:00Z';
    expect(written('{{ a | date("datetime") }}', moment, { user: { time_zone: 'Europe/London' } })).toBe(
      '5 Jan 2026, 8:00 pm',
    );
    expect(written('{{ a | date }}', moment, { user: { time_zone: 'Not/AZone' } })).toBe('6 Jan 2026');
    expect(written('{{ a | date }}', '2026-01-05', { locale: 'hi' })).toBe('5 जन॰ 2026');
    expect(written('{{ a | date }}', '2026-01-05', { locale: 'ta-IN' })).toBe('5 ஜன., 2026');
  });

  it.each(['abc', '', '1.2.3', true, '₹500', 'NaN', '1e5'])('an amount cannot be %j', (a) => {
    expect(() => written('{{ a | money }}', a)).toThrow('a must be a number');
  });
});
