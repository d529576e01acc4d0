import calculator from 'sms-segments-calculator';

/** GSM-7's basic set: one septet each. (Its extension set, `^{}\[~]|€`, takes two and goes the long way.) */
const GSM_BASIC = /^[@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]*$/;
const SINGLE = 160;
const CONCATENATED = 153;

interface Piece {
  readonly raw?: string;
}

export interface Segmentation {
  readonly segments: number;
  readonly encoding: string;
}

/**
 * How many segments a text takes, and in which encoding.
 * Plain texts are counted here: the calculator looks at graphemes and takes half a millisecond a text,
 * which would be most of the carrier's time under load. It has the last word on every other text.
 */
export function segment(text: string): Segmentation {
  if (GSM_BASIC.test(text)) {
    const segments = text.length <= SINGLE ? 1 : Math.ceil(text.length / CONCATENATED);
    return { segments, encoding: 'GSM-7' };
  }
  const { segmentsCount, encodingName } = new calculator.SegmentedMessage(text, 'auto');
  return { segments: segmentsCount, encoding: encodingName };
}

/** US dollars a segment; list prices, rounded, good enough to see what a text would cost. */
const PRICES: Record<string, number> = { IN: 0.0832, US: 0.0083, CA: 0.0083, GB: 0.0524, AE: 0.1126 };
const ELSEWHERE = 0.05;

/** As the carrier writes a price: what the account loses, in USD. */
export function priceOf(country: string | undefined, segments: number): string {
  return (-segments * (PRICES[country ?? ''] ?? ELSEWHERE)).toFixed(5);
}

/** The text as it is cut into segments. */
export function partsOf(text: string): string[] {
  if (GSM_BASIC.test(text) && text.length <= SINGLE) return [text];
  const { segments } = new calculator.SegmentedMessage(text, 'auto');
  // Before the words a segment of several has the header that joins them, which is no character.
  return segments.map((part) => [...(part as Iterable<Piece>)].map(({ raw = '' }) => raw).join(''));
}

/** The characters that GSM-7 has not, each once: what makes a text UCS-2. */
export function notGsmIn(text: string): string[] {
  if (GSM_BASIC.test(text)) return [];
  const message = new calculator.SegmentedMessage(text, 'auto');
  return message.encodingName === 'GSM-7' ? [] : [...new Set(message.getNonGsmCharacters())];
}
