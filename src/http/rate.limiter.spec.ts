import { expect, it } from 'vitest';
import { RateLimiter } from './rate.limiter.js';

const NOON = Date.parse('2026-01-05T12:00:00Z');

it('counts each caller by the minute', () => {
  const limiter = new RateLimiter();
  expect(limiter.take('a', 2, NOON + 1_000)).toEqual({ allowed: true, limit: 2, remaining: 1, reset: 59 });
  expect(limiter.take('a', 2, NOON + 2_000)).toMatchObject({ allowed: true, remaining: 0 });
  expect(limiter.take('a', 2, NOON + 3_000)).toMatchObject({ allowed: false, remaining: 0, reset: 57 });
  expect(limiter.take('b', 2, NOON + 3_000).allowed).toBe(true);
  expect(limiter.take('a', 2, NOON + 60_000).allowed).toBe(true);
});

it('allows everything without a limit', () => {
  const limiter = new RateLimiter();
  for (let call = 0; call < 1000; call++) expect(limiter.take('a', 0, NOON).allowed).toBe(true);
});

it('begins anew when the clock is set back', () => {
  const limiter = new RateLimiter();
  limiter.take('a', 1, NOON);
  expect(limiter.take('a', 1, NOON - 3_600_000)).toMatchObject({ allowed: true, reset: 60 });
});
