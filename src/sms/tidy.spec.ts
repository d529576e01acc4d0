import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segmentsOf } from './segments.js';
import { tidied } from './tidy.js';

describe('tidying a text message', () => {
  it.each([
    ['Ravi’s order', "Ravi's order"],
    ['“Ready” – at last', '"Ready" - at last'],
    ['«Bonjour»', '"Bonjour"'],
    ['a—b', 'a-b'],
    ['Wait…', 'Wait...'],
    ['Rs.\u00a0500\u2009only', 'Rs. 500 only'],
    ['• shirts\n• sarees', '- shirts\n- sarees'],
    ['zero\u200bwidth\ufeff', 'zerowidth'],
    ['one\u2028two', 'one\ntwo'],
    ['Total ₹500', 'Total Rs. 500'],
    ['Total ₹ 500', 'Total Rs. 500'],
    ['Total ₹\u00a0500.50', 'Total Rs. 500.50'],
    ['Refund ₹-500', 'Refund Rs. -500'],
    ['only₹500', 'only Rs. 500'],
    ['500₹', '500 Rs.'],
    ['in ₹', 'in Rs.'],
    ['₹500 and ₹1,000', 'Rs. 500 and Rs. 1,000'],
    ['it`s', "it's"],
  ])('%j becomes %j', (text, expected) => {
    expect(tidied(text)?.text).toBe(expected);
    expect(tidied(text)?.encoding).toBe('GSM-7');
  });

  it.each([
    ['what is GSM-7 already', "It's {ready} for €5."],
    ['Hindi', 'आपका ऑर्डर “ORD1” तैयार है – ₹500'],
    ['Tamil', 'உங்கள் ஆர்டர் தயார்… ₹500'],
    ['a text with an emoji', '“Ready” 🎉'],
    ['what would take more segments', '…'.repeat(70)],
  ])('leaves %s as it is', (_, text) => {
    expect(tidied(text)).toBeUndefined();
  });

  it('tells each character, where it stood, and the segments that are saved', () => {
    const text = `${'a'.repeat(60)} “b” ₹ 500 and more`;
    expect(tidied(text)).toMatchObject({
      saved: 1,
      segments: 1,
      replaced: [
        { character: '“', place: 62, becomes: '"' },
        { character: '”', place: 64, becomes: '"' },
        { character: '₹ ', place: 66, becomes: 'Rs. ' },
      ],
    });
  });

  const unit = fc.constantFrom(...Array.from('aZ 05-.,€{}‘’“”–—…•₹\u00a0\u2009\u200b\u202f\ufeff`है👍\n'));
  const plain = fc.constantFrom(...Array.from('aZ 05-.,€{}‘’“”–—…•₹\u00a0\u2009\u200b\u202f\ufeff`'));
  const texts = fc.oneof(
    fc.string({ unit, minLength: 1, maxLength: 200 }),
    fc.string({ unit: plain, minLength: 1, maxLength: 400 }),
  );

  it('never takes more segments, and is done after one time', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const found = tidied(text);
        if (!found) return;
        expect(found.segments).toBeLessThanOrEqual(segmentsOf(text).segments);
        expect(found.saved).toBe(segmentsOf(text).segments - found.segments);
        expect(segmentsOf(found.text)).toEqual({ segments: found.segments, encoding: 'GSM-7' });
        expect(tidied(found.text)).toBeUndefined();
      }),
    );
  });

  it('reports every change that it made', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const found = tidied(text);
        if (!found) return;
        const characters = Array.from(text);
        for (const { character, place, becomes } of [...found.replaced].reverse()) {
          characters.splice(place - 1, Array.from(character).length, becomes);
        }
        expect(characters.join('')).toBe(found.text);
      }),
    );
  });
});
