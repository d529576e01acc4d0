import fc from 'fast-check';
import calculator from 'sms-segments-calculator';
import { describe, expect, it } from 'vitest';
import { priceOf, segment } from './segments.js';

const slowly = (text: string) => {
  const { segmentsCount, encodingName } = new calculator.SegmentedMessage(text, 'auto');
  return { segments: segmentsCount, encoding: encodingName };
};
const gsm = fc.constantFrom(
  ...'@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà^{}[]|~\\€'.split(''),
);

describe('segments', () => {
  it.each([
    ['Hello', 1, 'GSM-7'],
    ['a'.repeat(160), 1, 'GSM-7'],
    ['a'.repeat(161), 2, 'GSM-7'],
    ['a'.repeat(306), 2, 'GSM-7'],
    ['a'.repeat(307), 3, 'GSM-7'],
    ['Rs. 500 €', 1, 'GSM-7'],
    ['₹500', 1, 'UCS-2'],
    ['ध'.repeat(70), 1, 'UCS-2'],
    ['ध'.repeat(71), 2, 'UCS-2'],
  ])('%j takes %i in %s', (text, segments, encoding) => {
    expect(segment(text)).toEqual({ segments, encoding });
  });

  it('are counted as the calculator counts them', () => {
    const texts = fc.oneof(
      fc.string({ unit: gsm, minLength: 1, maxLength: 400 }),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
      fc
        .array(fc.string({ unit: gsm, maxLength: 60 }), { minLength: 1 })
        .map((parts) => `${parts.join('ok')}.`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(segment(text)).toEqual(slowly(text));
      }),
      { numRuns: 150 },
    );
  });

  it('have a price by country, as the carrier writes it', () => {
    expect(priceOf('IN', 2)).toBe('-0.16640');
    expect(priceOf('US', 1)).toBe('-0.00830');
    expect(priceOf(undefined, 1)).toBe('-0.05000');
  });
});
