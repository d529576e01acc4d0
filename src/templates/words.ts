import { createHash } from 'node:crypto';

/** The words of a type in a locale: what a version holds. Every text is a template. */
export interface Words {
  readonly title: string;
  readonly message: string;
  readonly actionUrl: string | null;
  /** Part by part, for each channel: `{ chat: { text: '...' } }`. */
  readonly channels: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What a channel is told beside its parts; versions without any have none. Nothing in it is a template. */
  readonly options?: WordOptions;
}

/** By channel: `{ chat: { urgent: true } }`. Only the channel knows what they mean. */
export type WordOptions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The same for the same words, whatever the order in which they were written. */
export function checksumOf({ title, message, actionUrl, channels, options }: Words): string {
  const parts = Object.entries(channels)
    .flatMap(([channel, byPart]) => Object.entries(byPart).map(([part, text]) => [channel, part, text]))
    .sort(([a = '', b = ''], [c = '', d = '']) => (a === c ? compare(b, d) : compare(a, c)));
  return createHash('sha256')
    .update(JSON.stringify([title, message, actionUrl, parts, ...(options ? [sorted(options)] : [])]))
    .digest('hex');
}

/** With the names of every object in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => compare(a, b))
    .map(([name, inner]) => [name, sorted(inner)]);
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

/** `ta_in` and `TA-IN` are `ta-IN`; undefined for what is no language. */
export function canonicalLocale(locale: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(locale.replaceAll('_', '-'))[0];
  } catch {
    return undefined;
  }
}

/** Where to look for words, best first: `ta-IN`, `ta`, `en`. */
export function localesFor(locale: string): string[] {
  const tags = (canonicalLocale(locale) ?? DEFAULT_LOCALE).split('-');
  const narrowing = tags.map((_, dropped) => tags.slice(0, tags.length - dropped).join('-'));
  return [...new Set([...narrowing, DEFAULT_LOCALE])];
}

/** How money and dates are written in these words: as at home, where the person speaks their language. */
export function formatsFor(wordsLocale: string, personLocale: string): string {
  const own = canonicalLocale(personLocale);
  return own !== undefined && languageOf(own) === languageOf(wordsLocale) ? own : wordsLocale;
}

const languageOf = (locale: string) => locale.split('-')[0];

/** What everybody gets when there are no words in their language. */
const DEFAULT_LOCALE = 'en';
