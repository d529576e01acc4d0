import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Seen } from './seen.js';

it('knows everything up to a place, and single places above it', () => {
  const seen = new Seen();
  expect(seen.has(1)).toBe(false);
  seen.upTo(5);
  seen.add(8);
  expect([4, 5, 6, 7, 8, 9].map((seq) => seen.has(seq))).toEqual([true, true, false, false, true, false]);
});

it('never shows again what it was told, however much that was', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(5000), { minLength: 1, maxLength: 2000 }), (places) => {
      const seen = new Seen();
      for (const place of places) {
        seen.add(place);
        if (!seen.has(place)) return false;
      }
      return places.every((place) => seen.has(place));
    }),
  );
});

it('forgets nothing among the last five hundred that were not told', () => {
  const seen = new Seen();
  for (let seq = 1; seq <= 3000; seq++) if (seq !== 2700) seen.add(seq);
  expect(seen.has(2700)).toBe(false);
});
