import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAILURES, type FailureKind, verdictOn } from './failures.js';

const kinds = Object.keys(FAILURES) as FailureKind[];
const failure = (kind: FailureKind, retryAfter?: number) => ({ kind, retryAfter });

describe('what follows a failure', () => {
  it('is never a blind repetition of an unknown outcome', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom('at_least_once' as const, 'at_most_once' as const),
        (attempt, guarantee) => {
          expect(verdictOn(failure('ambiguous'), attempt, guarantee).status).toBe('unknown');
        },
      ),
    );
  });

  it('ends at some attempt, except where we are to blame and nothing counts', () => {
    for (const kind of kinds.filter(
      (name) => FAILURES[name].then !== 'unknown' && FAILURES[name].then !== 'wait',
    )) {
      expect(verdictOn(failure(kind), 8, 'at_least_once').status).toBe('failed');
    }
    expect(verdictOn(failure('configuration'), 100, 'at_least_once')).toMatchObject({
      status: 'pending',
      counts: false,
    });
  });

  it('waits as long as the provider wishes', () => {
    expect(verdictOn(failure('not_accepted', 17), 1, 'at_least_once').delay).toBe(17);
  });

  it('otherwise waits up to 10 s, 30 s, 2 min, 10 min, 30 min, 2 h', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7].map(
      (attempt) => verdictOn(failure('not_accepted'), attempt, 'at_least_once', () => 1).delay,
    );
    expect(longest).toEqual([10, 30, 120, 600, 1800, 7200, 7200]);
  });

  it('tries a promotion less often than an order', () => {
    expect(verdictOn(failure('not_accepted'), 3, 'at_most_once').status).toBe('failed');
    expect(verdictOn(failure('not_accepted'), 3, 'at_least_once').status).toBe('pending');
  });

  it('tries once more, later, whoever could not be reached', () => {
    expect(verdictOn(failure('maybe_later'), 1, 'at_least_once')).toMatchObject({
      status: 'pending',
      delay: 1800,
    });
    expect(verdictOn(failure('maybe_later'), 2, 'at_least_once')).toMatchObject({
      status: 'failed',
      reason: 'unreachable',
    });
  });

  it('names a reason and whose fault it is for every end', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.integer({ min: 1, max: 9 }), (kind, attempt) => {
        const verdict = verdictOn(failure(kind), attempt, 'at_least_once');
        if (verdict.status === 'failed') expect([verdict.reason, verdict.fault]).not.toContain(null);
        if (verdict.status === 'pending') expect(verdict.delay).toBeGreaterThan(0);
      }),
    );
  });
});
