import { dateText } from './dates.js';
import { counted, inRupees, pluralOf, priced } from './numbers.js';
import type { Run } from './run.js';

type Scalar = string | number | boolean;
type Literal = string | number | boolean | null;

/** A filter that templates may name. `path` is the variable it works on, for messages. */
export interface Filter {
  /** What is wrong with its fixed arguments, or nothing. */
  wrong(args: readonly unknown[]): string | undefined;
  readonly apply: (this: Run, value: unknown, path: string, ...args: Literal[]) => unknown;
}

type Rule = 'text' | 'length' | 'places' | 'yes' | 'any' | readonly string[];

const RULES = {
  text: (value: unknown) => typeof value === 'string',
  length: (value: unknown) => isWhole(value, 1_000),
  places: (value: unknown) => isWhole(value, 10),
  yes: (value: unknown) => typeof value === 'boolean',
  any: () => true,
};

const isWhole = (value: unknown, most: number) =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most;

/** Checks fixed arguments against one rule each; all may be left out, unless `needed`. */
const takes =
  (rules: readonly Rule[], needed = 0): Filter['wrong'] =>
  (args) => {
    if (args.length < needed) return `needs ${needed} fixed value${needed === 1 ? '' : 's'}`;
    if (args.length > rules.length) return `takes ${rules.length || 'no'} values`;
    for (const [index, value] of args.entries()) {
      const rule = rules[index] ?? 'any';
      const named = typeof rule !== 'string';
      if (named ? !rule.includes(String(value)) : !RULES[rule](value)) {
        return `does not take ${JSON.stringify(value)}${named ? `, only ${rule.join(', ')}` : ''}`;
      }
    }
    return undefined;
  };

/** A filter of one value. An absent value is noted and stays absent; a list or an object is an error. */
const scalar = (
  change: (value: Scalar, run: Run, path: string, args: Literal[]) => unknown,
  wrong: Filter['wrong'] = takes([]),
): Filter => ({
  wrong,
  apply(value, path, ...args) {
    if (value === undefined) return this.lacks(path);
    if (value === null) return null;
    if (typeof value === 'object') {
      return this.cannotUse(path, 'must be a text or a number here, not a list or an object.');
    }
    return change(value as Scalar, this, path, args);
  },
});

const text = (change: (value: string, args: Literal[]) => unknown, wrong = takes([])) =>
  scalar((value, _run, _path, args) => change(String(value), args), wrong);

const amount = (
  write: (value: number, args: Literal[], language: string) => unknown,
  wrong: Filter['wrong'] = takes([]),
) =>
  scalar((value, run, path, args) => {
    const number = numberOf(value);
    if (number !== undefined) return write(number, args, run.language);
    return run.cannotUse(path, 'must be a number, as 499 or "499.50".');
  }, wrong);

const list = (change: (values: readonly unknown[], run: Run, path: string, args: Literal[]) => unknown) =>
  ({
    apply(value, path, ...args) {
      if (value === undefined) return this.lacks(path);
      return Array.isArray(value) ? change(value, this, path, args) : this.cannotUse(path, 'must be a list.');
    },
  }) satisfies Pick<Filter, 'apply'>;

/**
 * All filters there are. Templates know no others; templates/README.md explains each one.
 */
export const filters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  // default('x'): when the variable is absent; default('x', true): when it is empty too.
  [
    'default',
    {
      wrong: takes(['any', 'yes'], 1),
      apply: (value, _path, instead, blank) =>
        value === undefined || (blank === true && isBlank(value)) ? instead : value,
    },
  ],
  ['upper', text((value) => value.toUpperCase())],
  ['lower', text((value) => value.toLowerCase())],
  ['capitalize', text((value) => value.charAt(0).toUpperCase() + value.slice(1))],
  ['title', text((value) => value.replace(/(^|[\s-])(\p{L})/gu, (found) => found.toUpperCase()))],
  ['trim', text((value) => value.trim())],
  ['truncate', text((value, [length]) => truncated(value, Number(length)), takes(['length'], 1))],
  ['lines', text((value) => value.split(/\s*[\r\n]+\s*/).filter((line) => line !== ''))],
  ['round', amount((value, [places = 0]) => Number(value.toFixed(Number(places))), takes(['places']))],
  ['money', amount((value, _args, language) => priced(value, language))],
  ['rupees', amount((value, _args, language) => inRupees(value, language))],
  // plural('one: # shirt', 'other: # shirts'): the form that the language has for so many.
  ['plural', amount(pluralized, wrongForms)],
  [
    'date',
    scalar(
      (value, run, _path, [style = 'medium']) => dateText(String(value), String(style), run),
      takes([['short', 'medium', 'long', 'time', 'datetime']]),
    ),
  ],
  ['length', { wrong: takes([]), ...list((values) => values.length) }],
  ['join', { wrong: takes(['text']), ...list(joined) }],
]);

function joined(values: readonly unknown[], run: Run, path: string, [between = ', ']: Literal[]): unknown {
  if (values.every((value) => value !== null && typeof value !== 'object')) {
    return values.map(String).join(String(between));
  }
  return run.cannotUse(path, 'must be a list of texts.');
}

const isBlank = (value: unknown) => value === '' || (typeof value === 'string' && value.trim() === '');

/** By whole characters, so that no emoji is cut in two. Three dots, because GSM-7 has no ellipsis. */
function truncated(value: string, length: number): string {
  if (value.length <= length) return value;
  const characters = Array.from(value);
  return characters.length <= length ? value : `${characters.slice(0, Math.max(0, length - 3)).join('')}...`;
}

/** Platforms send amounts as numbers and as decimals in text, with or without thousands marked. */
function numberOf(value: Scalar): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean' || !/^\s*-?\d[\d,]*(\.\d+)?\s*$/.test(value)) return undefined;
  const number = Number(value.replaceAll(',', ''));
  return Number.isFinite(number) ? number : undefined;
}

const FORM = /^(zero|one|two|few|many|other|=\d{1,6}):/;
const MOST_FORMS = 8;

/** What is wrong with the forms of a word: each says for how many it is, and one is for all the others. */
function wrongForms(args: readonly unknown[]): string | undefined {
  const unknown = args.find((form) => typeof form !== 'string' || !FORM.test(form));
  if (unknown !== undefined) return `does not take ${JSON.stringify(unknown)}, only forms as "one: # shirt"`;
  if (args.length > MOST_FORMS) return `takes ${MOST_FORMS} forms`;
  return args.some((form) => String(form).startsWith('other:')) ? undefined : 'needs a form "other: ..."';
}

/** The form for exactly so many, else the one that the language wants; `#` stands for the number. */
function pluralized(value: number, forms: readonly Literal[], language: string): string {
  const find = (name: string) => forms.map(String).find((form) => form.startsWith(`${name}:`));
  const form = find(`=${value}`) ?? find(pluralOf(value, language)) ?? find('other') ?? '';
  return form.replace(FORM, '').trim().replaceAll('#', counted(value, language));
}
