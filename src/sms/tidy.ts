import { isGsm, type Segments, segmentsOf } from './segments.js';

/** A character that was written for GSM-7. */
interface Replacement {
  /** As it stood. */
  readonly character: string;
  /** Which character of the text as it was written, counted from one. */
  readonly place: number;
  /** What stands for it; empty where it was invisible. */
  readonly becomes: string;
}

/** A text as it goes out, what was replaced in it, and what it takes now. */
export interface Tidied extends Segments {
  readonly text: string;
  readonly replaced: readonly Replacement[];
  /** Segments that it does not take any more. */
  readonly saved: number;
}

/** What people do not miss: the same in the alphabet of text messages. */
const PLAIN: readonly (readonly [characters: string, becomes: string])[] = [
  ['‘’‚‛′‵‹›ʼ`´', "'"],
  ['“”„‟″«»', '"'],
  ['‐‑‒–—―−•‣◦▪●∙·', '-'],
  ['…', '...'],
  ['\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000', ' '],
  ['\u2028\u2029', '\n'],
  ['\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff', ''],
];

const BECOMES = new Map(
  PLAIN.flatMap(([characters, becomes]) => Array.from(characters, (one) => [one, becomes])),
);
const BLANKS = ' \t\u00a0\u2000-\u200b\u202f';
/** The sign of the rupee with the blanks before its amount, or one of the characters above. */
const UNTIDY = new RegExp(`₹[${BLANKS}]*(?=-?\\d)|[₹${[...BECOMES.keys()].join('')}]`, 'gu');

/**
 * Writes a text for GSM-7: typographic quotes, dashes, blanks and bullets as typewriters had them, the sign of the
 * rupee as `Rs.`. Only where the whole text becomes GSM-7 by it and takes no more segments: a text in Hindi or Tamil
 * stays as it is, because nothing is won there. Undefined where nothing is to be done.
 */
export function tidied(text: string): Tidied | undefined {
  if (isGsm(text)) return undefined;
  const plain = text.replace(UNTIDY, (found, at: number) => becomes(found, text, at));
  if (!isGsm(plain)) return undefined;
  const [before, after] = [segmentsOf(text), segmentsOf(plain)];
  if (after.segments > before.segments) return undefined;
  return { text: plain, ...after, replaced: replacedIn(text), saved: before.segments - after.segments };
}

function becomes(found: string, text: string, at: number): string {
  if (!found.startsWith('₹')) return BECOMES.get(found) ?? found;
  const apart = /[\p{L}\p{N}]$/u.test(text.slice(Math.max(0, at - 2), at)) ? ' ' : '';
  const beforeAmount = /^-?\d/.test(text.slice(at + found.length));
  return `${apart}${beforeAmount ? 'Rs. ' : 'Rs.'}`;
}

function replacedIn(text: string): Replacement[] {
  let [place, counted] = [1, 0];
  return [...text.matchAll(UNTIDY)].map(({ 0: found, index }) => {
    place += Array.from(text.slice(counted, index)).length;
    counted = index;
    return { character: found, place, becomes: becomes(found, text, index) };
  });
}
