import calculator from 'sms-segments-calculator';

/** GSM-7's characters of one septet, and its extension set, of two. */
const BASIC = '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,\\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà';
const EXTENSION = '{}\\\\\\[~\\]|€\\f^';
const ONLY_BASIC = new RegExp(`^[${BASIC}]*$`);
const ONLY_GSM = new RegExp(`^[${BASIC}${EXTENSION}]*$`);
const EXTENDED = new RegExp(`[${EXTENSION}]`, 'g');

export type Encoding = 'GSM-7' | 'UCS-2';

/** What a segment holds: septets of GSM-7, or UTF-16 units of UCS-2. Joined ones spend some on their order. */
const ROOM: Readonly<Record<Encoding, { readonly alone: number; readonly joined: number }>> = {
  'GSM-7': { alone: 160, joined: 153 },
  'UCS-2': { alone: 70, joined: 67 },
};

export interface Segments {
  readonly segments: number;
  readonly encoding: Encoding;
}

/**
 * How many segments a text takes, and in which encoding. The usual text is counted here: the calculator looks
 * at graphemes and takes up to half a millisecond; it has the last word on every other text.
 */
export function segmentsOf(text: string): Segments {
  if (ONLY_BASIC.test(text)) return { segments: joined(text.length, 'GSM-7'), encoding: 'GSM-7' };
  const encoding = isGsm(text) ? 'GSM-7' : 'UCS-2';
  if (unitsOf(text, encoding) <= ROOM[encoding].alone) return { segments: 1, encoding };
  // No character is cut in two, so what is left at the end of a segment may stay empty.
  return { segments: new calculator.SegmentedMessage(text).segmentsCount, encoding };
}

/** Whether the text can be written in GSM-7. */
export const isGsm = (text: string) => ONLY_GSM.test(text);

/** What the text takes of a segment's room: septets, or UTF-16 units. */
export function unitsOf(text: string, encoding: Encoding): number {
  return encoding === 'UCS-2' ? text.length : text.length + (text.match(EXTENDED)?.length ?? 0);
}

/** What so many segments hold together. */
export function roomOf(segments: number, encoding: Encoding): number {
  const { alone, joined: each } = ROOM[encoding];
  return segments === 1 ? alone : segments * each;
}

function joined(units: number, encoding: Encoding): number {
  const { alone, joined: each } = ROOM[encoding];
  return units <= alone ? 1 : Math.ceil(units / each);
}
