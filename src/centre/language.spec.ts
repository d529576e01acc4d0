import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PLAIN } from '../http/html.pages.js';
import { Language, languageChoices, languageFor } from '../preferences/language.js';
import { masked } from './masked.js';
import { regionsWith } from './time.zones.js';

const english = Language.read('en');
const hindi = Language.read('hi');

const textsOf = ({ tag }: Language): unknown =>
  (parse(readFileSync(join(PLAIN, `words/${tag}.yaml`), 'utf8')) as { texts: unknown }).texts;

/** Every text with its path and the places in it. */
function placesOf(texts: unknown, path = ''): [string, string[]][] {
  if (typeof texts === 'string') return [[path, (texts.match(/\{\w+\}/g) ?? []).sort()]];
  return Object.entries(texts as object).flatMap(([key, value]) => placesOf(value, `${path}.${key}`));
}

describe('the languages of the pages', () => {
  it('say the same, with the same places', () => {
    const [ours, theirs] = [english, hindi].map((language) => placesOf(textsOf(language)).sort());
    expect(theirs).toEqual(ours);
    expect(placesOf(textsOf(english)).length).toBeGreaterThan(50);
  });

  it.each([
    ['hi-IN', '', 'hi'],
    ['en', 'hi', 'en'],
    [undefined, 'hi-IN,hi;q=0.9,en;q=0.5', 'hi'],
    [undefined, 'en;q=0.2, hi;q=0.8', 'hi'],
    [undefined, 'de, hi;q=0', 'en'],
    ['ta-IN', 'hi', 'hi'],
    [undefined, '', 'en'],
    [undefined, ';;q=x,,', 'en'],
  ])('are chosen by the person, then by the browser: %s, %s', (locale, accepted, tag) => {
    expect(languageFor(locale, accepted).tag).toBe(tag);
  });

  it('keep apart what was filled in, so that it can stand out', () => {
    const pieces = english.pieces('unsubscribe.done_kind', { category: '<b>', channel: 'SMS' });
    expect(pieces.filter(({ filled }) => filled).map(({ text }) => text)).toEqual(['<b>', 'SMS']);
    expect(() => english.text('unsubscribe.nothing')).toThrow('unsubscribe.nothing');
  });

  it('have words of consent for a channel that nobody has heard of', () => {
    expect(english.agreement('pigeon', { brand: 'Laundry', channel: 'Pigeon' })).toMatch(
      /^By turning on Pigeon you agree to get messages from Laundry/,
    );
    expect(hindi.agreement('sms', { brand: 'Laundry', channel: 'SMS' })).toContain('Laundry');
  });

  it('are offered with those in which messages are worded, and the one that the person has', () => {
    expect(languageChoices('en-IN', ['ta', 'hi', 'en'])).toEqual([
      { locale: 'en-IN', name: 'English', chosen: true },
      { locale: 'hi', name: 'हिन्दी', chosen: false },
      { locale: 'ta', name: 'தமிழ்', chosen: false },
    ]);
    const chosen = (own: string, worded: string[]) =>
      languageChoices(own, worded).map((choice) => [choice.locale, choice.chosen]);
    const pages = [
      ['en', false],
      ['hi', false],
    ];
    expect(chosen('ta-IN', ['ta'])).toEqual([...pages, ['ta-IN', true]]);
    expect(chosen('fr', [])).toEqual([...pages, ['fr', true]]);
  });
});

describe('an address on a page', () => {
  it.each([
    ['asha@example.com', 'a•••@e•••.com'],
    ['+919876543210', '••• 210'],
  ])('is known to its owner only: %s', (address, shown) => {
    expect(masked(address)).toBe(shown);
  });
});

describe('the time zones', () => {
  it('have their names of today, and the one that the person has', () => {
    const names = regionsWith('Etc/GMT+12').flatMap(({ zones }) => zones.map(({ name }) => name));
    expect(names).toEqual(expect.arrayContaining(['Asia/Kolkata', 'Europe/Kyiv', 'Etc/GMT+12']));
    expect(names).not.toContain('Asia/Calcutta');
    expect(new Set(names).size).toBe(names.length);
  });
});
