import type { Category } from './catalogue.js';
import { readHours } from './timing.fields.js';
import { canonicalLocale } from './words.js';
import type { Entry } from './yaml.reader.js';

/** Of categories, types and channels. */
export const NAME = /^[a-z][a-z0-9_]{0,63}$/;

const CATEGORY_FIELDS = [
  'name',
  'display',
  'optional',
  'consent',
  'guarantee',
  'position',
  'preference_names',
  'promotional',
  'hours',
  'valid_for',
  'locales',
];

/** What cannot be read is complained of, so the value that stands in for it is never stored. */
export function readCategory(
  entry: Entry,
  position: number,
): Category & {
  /** The languages that every type of it must speak. */
  readonly locales: readonly string[];
} {
  const fields = entry.fields(CATEGORY_FIELDS);
  const field = (name: string) => required(entry, fields, name);
  const name = field('name');
  return {
    name: (name && named(name)) ?? '',
    display: field('display')?.text() ?? '',
    optional: field('optional')?.flag() ?? true,
    consent: field('consent')?.choice(['opt-in', 'opt-out']) ?? 'opt-in',
    guarantee: field('guarantee')?.choice(['at_least_once', 'at_most_once']) ?? 'at_least_once',
    position: fields.get('position')?.whole() ?? position,
    preferenceNames: preferenceNames(fields.get('preference_names')),
    ...readTiming(fields),
    locales: localesIn(fields.get('locales')),
  };
}

function readTiming(
  fields: ReadonlyMap<string, Entry>,
): Pick<Category, 'promotional' | 'hours' | 'validFor'> {
  const hours = fields.get('hours');
  return {
    promotional: fields.get('promotional')?.flag() ?? false,
    hours: hours ? readHours(hours) : null,
    validFor: fields.get('valid_for')?.duration() ?? null,
  };
}

function named(entry: Entry): string | undefined {
  const name = entry.text();
  if (name !== undefined && !NAME.test(name)) entry.complain('a name has small letters, digits and _ only');
  return name;
}

export function required(parent: Entry, fields: ReadonlyMap<string, Entry>, name: string): Entry | undefined {
  const found = fields.get(name);
  if (!found) parent.complain(`${name} is missing`);
  return found;
}

const preferenceNames = (entry: Entry | undefined) =>
  Object.fromEntries([...(entry?.fields() ?? [])].map(([channel, name]) => [channel, name.text() ?? '']));

/** Languages as a list. */
export function localesIn(entry: Entry | undefined): string[] {
  const given = entry?.list() ?? [];
  return given.flatMap((one) => {
    const locale = one.text();
    if (locale === undefined || canonicalLocale(locale) === locale) return locale ?? [];
    one.complain(`is no language. Write it as ${canonicalLocale(locale) ?? 'en, hi or ta-IN'}`);
    return [];
  });
}
