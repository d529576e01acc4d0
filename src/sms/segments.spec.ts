import fc from 'fast-check';
import calculator from 'sms-segments-calculator';
import { describe, expect, it } from 'vitest';
import { segmentsOf } from './segments.js';

const exact = (text: string) => {
  const { segmentsCount, encodingName } = new calculator.SegmentedMessage(text);
  return { segments: segmentsCount, encoding: encodingName };
};

describe('Counting segments', () => {
  it('takes 160 GSM-7 characters in one segment, and 153 in each of several', () => {
    expect(segmentsOf('a'.repeat(160))).toEqual({ segments: 1, encoding: 'GSM-7' });
    expect(segmentsOf('a'.repeat(161))).toEqual({ segments: 2, encoding: 'GSM-7' });
    expect(segmentsOf('a'.repeat(307))).toEqual({ segments: 3, encoding: 'GSM-7' });
  });

  it('counts the characters of the extension set twice', () => {
    expect(segmentsOf('[]'.repeat(40)).segments).toBe(1);
    expect(segmentsOf('[]'.repeat(41)).segments).toBe(2);
  });

  it('needs UCS-2, 70 characters a segment, for the sign of the rupee', () => {
    expect(segmentsOf(`₹${'a'.repeat(69)}`)).toEqual({ segments: 1, encoding: 'UCS-2' });
    expect(segmentsOf(`₹${'a'.repeat(70)}`)).toEqual({ segments: 2, encoding: 'UCS-2' });
  });

  it('agrees with the calculator on every text', () => {
    const of = (characters: string) => fc.constantFrom(...Array.from(characters));
    const text = fc.string({
      unit: of('aZ0 @é\n\r[]{}|~^\\€Δ₹हा👍"\'-/\f\t`ç'),
      minLength: 1,
      maxLength: 400,
    });
    const gsm = fc.string({ unit: of('ab C0 @é\n\r[]{}|~^\\€Δ'), minLength: 1, maxLength: 400 });
    const plain = fc.string({ unit: of('abc ABC 012 .,:'), minLength: 1, maxLength: 700 });
    fc.assert(
      fc.property(fc.oneof(text, gsm, plain), (words) => {
        expect(segmentsOf(words)).toEqual(exact(words));
      }),
    );
  });
});
