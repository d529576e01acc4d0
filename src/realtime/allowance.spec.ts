import { expect, it } from 'vitest';
import { Allowance } from './allowance.js';

const take = (allowance: Allowance, times: number, now: number) =>
  Array.from({ length: times }, () => allowance.take(now));

it('allows so many in ten seconds, tells the first refusal only, and calls five times as many abuse', () => {
  const allowance = new Allowance(3);
  expect(take(allowance, 6, 1000)).toEqual([
    'allowed',
    'allowed',
    'allowed',
    'refused',
    'refused_silently',
    'refused_silently',
  ]);
  expect(take(allowance, 9, 5000)).not.toContain('abuse');
  expect(take(allowance, 1, 5000)).toEqual(['abuse']);
});

it('begins anew after ten seconds', () => {
  const allowance = new Allowance(1);
  expect(take(allowance, 2, 1000)).toEqual(['allowed', 'refused']);
  expect(take(allowance, 1, 10_999)).toEqual(['refused_silently']);
  expect(take(allowance, 2, 11_000)).toEqual(['allowed', 'refused']);
});
