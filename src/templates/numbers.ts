/** Making a formatter costs a hundred times what using it costs. */
const formats = new Map<string, Intl.NumberFormat>();
const plurals = new Map<string, Intl.PluralRules>();
const MOST_KEPT = 500;

/** An amount of rupees as the language writes it, paise only where there are some: `₹500`, `₹1,23,456.50`. */
export function priced(value: number, language: string): string {
  if (isShort(value) && language.endsWith('-IN')) return `${value < 0 ? '-' : ''}₹${Math.abs(value)}`;
  return written(value, language, { style: 'currency', currency: 'INR', currencyDisplay: 'narrowSymbol' });
}

/** The same in the letters of text messages: `Rs. 1,23,456.50`. The sign would double the price of a text. */
export function inRupees(value: number, language: string): string {
  const size = Math.abs(value);
  return `${value < 0 ? '-' : ''}Rs. ${isShort(value) ? size : written(size, language)}`;
}

/** A count with its thousands marked. */
export const counted = (value: number, language: string): string =>
  isShort(value) ? String(value) : plainBlanks(formatOf(language, {}).format(value));

/** The form of words that the language has for so many: `one`, `few`, `other`. */
export function pluralOf(value: number, language: string): Intl.LDMLPluralRule {
  return kept(plurals, language, () => new Intl.PluralRules(known(language))).select(value);
}

/** Nothing in it that languages write differently. */
const isShort = (value: number) => Number.isInteger(value) && Math.abs(value) < 1000;

function written(value: number, language: string, style: Intl.NumberFormatOptions = {}): string {
  const paise = Math.round(Math.abs(value) * 100) % 100 === 0 ? 0 : 2;
  const places = { minimumFractionDigits: paise, maximumFractionDigits: paise };
  return plainBlanks(formatOf(language, { ...style, ...places }).format(value));
}

/** With Latin digits in every language: all phones show them, and they are in GSM-7. */
function formatOf(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${language} ${options.style ?? ''} ${options.maximumFractionDigits ?? ''}`;
  return kept(
    formats,
    key,
    () => new Intl.NumberFormat(known(language), { ...options, numberingSystem: 'latn' }),
  );
}

function kept<T>(cache: Map<string, T>, key: string, make: () => T): T {
  let found = cache.get(key);
  if (found === undefined) {
    if (cache.size >= MOST_KEPT) cache.clear();
    found = make();
    cache.set(key, found);
  }
  return found;
}

/** A language that this Node does not know must not keep a message from going out. */
const known = (language: string) =>
  Intl.NumberFormat.supportedLocalesOf([language]).length > 0 ? language : 'en-IN';

const plainBlanks = (text: string) => text.replace(/[\u202f\u00a0]/g, ' ');
