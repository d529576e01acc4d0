import fc from 'fast-check';
import { expect, it } from 'vitest';
import { referenceOf } from './references.js';

const day = new Date('2026-11-23T12:00:00Z');

it('gives the day and eight characters that can be read over the telephone', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), (number) => {
      expect(referenceOf(number, day)).toMatch(/^NOTIF20261123[0-9A-HJKMNP-TV-Z]{8}$/);
    }),
  );
});

it('never gives two numbers the same characters', () => {
  const references = new Set(Array.from({ length: 50_000 }, (_, number) => referenceOf(BigInt(number), day)));
  expect(references.size).toBe(50_000);
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 32n ** 8n - 1n }),
      fc.bigInt({ min: 0n, max: 32n ** 8n - 1n }),
      (a, b) => {
        expect(referenceOf(a, day) === referenceOf(b, day)).toBe(a === b);
      },
    ),
  );
});
