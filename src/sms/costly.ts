import { isGsm, type Segments, unitsOf } from './segments.js';

/** A character as people see it, and whether it costs more than a usual one. */
export interface Character {
  readonly text: string;
  readonly costly: boolean;
}

const CHARACTERS = new Intl.Segmenter();

/**
 * The characters of a text in their order. Costly are those that turn it into UCS-2; in a text of GSM-7 those that
 * take two septets.
 */
export function charactersOf(text: string, { encoding }: Pick<Segments, 'encoding'>): Character[] {
  return Array.from(CHARACTERS.segment(text), ({ segment }) => ({
    text: segment,
    costly: encoding === 'UCS-2' ? !isGsm(segment) : unitsOf(segment, encoding) > segment.length,
  }));
}
