/** What may stand for a variable of a registered pattern. */
interface Variable {
  /** As the pattern writes it: `{#var#}`. */
  readonly tag: string;
  readonly least: number;
  readonly most: number;
  readonly allows: RegExp;
  /** For people. */
  readonly means: string;
}

type Piece = string | Variable;

/** Where a text is not as its pattern. */
export interface Difference {
  /** Which character of the text, counted from one. */
  readonly position: number;
  readonly expected: string;
  /** Empty at the end of the text. */
  readonly found: string;
}

const TAG = /\{?#([a-z]+)#\}?/g;
const SHOWN = 40;

/** By the tag's word. Links are checked against the register's own list, so they may be as long as they are. */
const KINDS: Readonly<Record<string, { allows: RegExp; means: string; isLink?: boolean }>> = {
  var: { allows: /[^]/, means: 'anything' },
  numeric: { allows: /\d/, means: 'digits' },
  number: { allows: /\d/, means: 'digits' },
  alphanumeric: { allows: /[\p{L}\p{M}\p{N} ]/u, means: 'letters and digits' },
  url: { allows: /\S/, means: 'a link', isLink: true },
  urlott: { allows: /\S/, means: 'a link', isLink: true },
  cbn: { allows: /[\d+ -]/, means: 'a phone number' },
  email: { allows: /\S/, means: 'an e-mail address' },
};

/** The tags of a pattern that no register knows. */
export const unknownTags = (pattern: string): string[] =>
  [...pattern.matchAll(TAG)].flatMap(([tag, word = '']) => (Object.hasOwn(KINDS, word) ? [] : [tag]));

/**
 * The first place at which a text is not as its pattern; undefined when it is. It takes time in proportion to the
 * lengths of both, whatever they are: all places that a pattern's beginning can have come to are followed at once.
 * @param longest characters that may stand for a variable
 */
export function differenceFrom(pattern: string, text: string, longest: number): Difference | undefined {
  let places = new Uint8Array(text.length + 1);
  places[0] = 1;
  let last: { variable: Variable; from: number } | undefined;
  for (const piece of piecesOf(pattern, longest)) {
    if (typeof piece === 'string') {
      const next = afterLiteral(text, places, piece);
      if (!next.includes(1)) return atLiteral(text, places, piece, last);
      places = next;
      last = undefined;
    } else {
      last = { variable: piece, from: last?.from ?? places.indexOf(1) };
      places = afterVariable(text, places, piece);
      if (!places.includes(1)) return told(text, last.from, describe(piece));
    }
  }
  if (places[text.length] === 1) return undefined;
  return last ? told(text, last.from, describe(last.variable)) : told(text, places.lastIndexOf(1), 'the end');
}

function piecesOf(pattern: string, longest: number): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const { 0: tag, 1: word = '', index } of pattern.matchAll(TAG)) {
    const kind = KINDS[word];
    if (!kind) continue;
    if (index > end) pieces.push(pattern.slice(end, index));
    const { allows, means, isLink = false } = kind;
    const [least, most] = [word === 'var' ? 0 : 1, isLink ? Infinity : longest];
    pieces.push({ tag, least, most, allows, means });
    end = index + tag.length;
  }
  return end < pattern.length ? [...pieces, pattern.slice(end)] : pieces;
}

function afterLiteral(text: string, places: Uint8Array, literal: string): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(places.length);
  places.forEach((reached, place) => {
    if (reached === 1 && text.startsWith(literal, place)) next[place + literal.length] = 1;
  });
  return next;
}

/** A place is reached from any before it, not too far away, with nothing in between that is not allowed. */
function afterVariable(
  text: string,
  places: Uint8Array,
  { least, most, allows }: Variable,
): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(places.length);
  const reachedBefore = new Uint32Array(places.length + 1);
  let runStart = 0;
  for (let place = 0; place < places.length; place += 1) {
    reachedBefore[place + 1] = (reachedBefore[place] ?? 0) + (places[place] ?? 0);
    if (place > 0 && !allows.test(text.charAt(place - 1))) runStart = place;
    const from = Math.max(runStart, place - most, 0);
    const to = place - least;
    if (to >= from && (reachedBefore[to + 1] ?? 0) > (reachedBefore[from] ?? 0)) next[place] = 1;
  }
  return next;
}

/** Where the fixed words stand further on, what is before them does not suit the variable; else they differ. */
function atLiteral(
  text: string,
  places: Uint8Array,
  literal: string,
  last: { variable: Variable; from: number } | undefined,
): Difference {
  const further = last ? text.indexOf(literal, last.from + 1) : -1;
  if (last && further >= 0) return told(text, last.from, describe(last.variable), further);
  let [best, shared] = [places.indexOf(1), 0];
  places.forEach((reached, place) => {
    const same = reached === 1 ? sharedLength(text, place, literal) : 0;
    if (same > shared) [best, shared] = [place, same];
  });
  return told(text, best + shared, `"${literal.slice(shared, shared + SHOWN)}"`);
}

function sharedLength(text: string, place: number, literal: string): number {
  let length = 0;
  while (length < literal.length && text[place + length] === literal[length]) length += 1;
  return length;
}

const describe = ({ tag, most, means }: Variable) =>
  `${tag}, which is ${means}${most === Infinity ? '' : ` of at most ${most} characters`}`;

const told = (text: string, at: number, expected: string, end = text.length): Difference => ({
  position: Array.from(text.slice(0, at)).length + 1,
  expected,
  found: text.slice(at, Math.min(end, at + SHOWN)),
});
