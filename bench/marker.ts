/**
 * Each notification has an order number of its own, which the words of every channel repeat: whatever arrives
 * says which notification it is.
 */
const FORM = /ORD2026([0-9A-Z]{8})/;

export const markerOf = (seq: number) => `ORD2026${seq.toString(36).toUpperCase().padStart(8, '0')}`;

/** The notification's number; undefined where the text names none. */
export function seqIn(text: string): number | undefined {
  const digits = FORM.exec(text)?.[1];
  return digits === undefined ? undefined : parseInt(digits, 36);
}

/** People are numbers too, and their addresses say which. */
export const personOf = (seq: number, users: number) => seq % users;
export const userIdOf = (person: number) => `person-${person}`;
export const phoneOf = (person: number) => `+91${9_800_000_000 + person}`;
export const emailOf = (person: number) => `person-${person}@bench.example`;

const ADDRESS = /^(?:\+9198|person-)(\d+)/;

/** The person whose phone, address or id this is; -1 for nobody of ours. */
export const personBehind = (address: string) => Number(ADDRESS.exec(address)?.[1] ?? -1);
