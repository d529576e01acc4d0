import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeliveryFailure, FAILURES, type FailureKind, type Standing, verdictOn } from './failures.js';

const kinds = Object.keys(FAILURES) as FailureKind[];
const failure = (kind: FailureKind, retryAfter?: number) => ({ kind, retryAfter });
const at = (
  attempt: number,
  guarantee: Standing['guarantee'] = 'at_least_once',
  more: Partial<Standing> = {},
): Standing => ({ attempt, guarantee, age: 0, left: null, ...more });

describe('what follows a failure', () => {
  it('is never a blind repetition of an unknown outcome', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom('at_least_once' as const, 'at_most_once' as const),
        (attempt, guarantee) => {
          expect(verdictOn(failure('ambiguous'), at(attempt, guarantee)).status).toBe('unknown');
        },
      ),
    );
  });

  it('ends at some attempt, except where we are to blame and nothing counts', () => {
    for (const kind of kinds.filter(
      (name) => FAILURES[name].then !== 'unknown' && FAILURES[name].then !== 'wait',
    )) {
      expect(verdictOn(failure(kind), at(8)).status).toBe('failed');
    }
    expect(verdictOn(failure('configuration'), at(100))).toMatchObject({
      status: 'pending',
      delay: 0,
      counts: false,
    });
  });

  it('waits as long as the provider wishes', () => {
    expect(verdictOn(failure('not_accepted', 17), at(1)).delay).toBe(17);
  });

  it('otherwise waits up to 10 s, 30 s, 2 min, 10 min, 30 min, 2 h', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7].map(
      (attempt) => verdictOn(failure('not_accepted'), at(attempt), () => 1).delay,
    );
    expect(longest).toEqual([10, 30, 120, 600, 1800, 7200, 7200]);
  });

  it('tries a promotion less often than an order', () => {
    expect(verdictOn(failure('not_accepted'), at(3, 'at_most_once')).status).toBe('failed');
    expect(verdictOn(failure('not_accepted'), at(3)).status).toBe('pending');
  });

  it('is no attempt later than a day after the first', () => {
    const hour = { age: 86_400 - 3600 };
    expect(verdictOn(failure('not_accepted', 3500), at(2, 'at_least_once', hour)).status).toBe('pending');
    expect(verdictOn(failure('not_accepted', 3700), at(2, 'at_least_once', hour))).toMatchObject({
      status: 'failed',
      reason: 'attempts_exhausted',
    });
  });

  it('is no wait beyond the end of the delivery', () => {
    const minute = at(4, 'at_least_once', { left: 60 });
    expect(verdictOn(failure('not_accepted'), minute, () => 0.99).delay).toBeLessThan(60);
    for (const kind of ['not_accepted', 'maybe_later'] as const) {
      expect(verdictOn(failure(kind, 60), { ...minute, attempt: 1 })).toMatchObject({
        status: 'failed',
        reason: 'expired',
      });
    }
  });

  it('fits into the few minutes for which a security code is of use', () => {
    let [age, attempt] = [0, 1];
    for (;;) {
      const verdict = verdictOn(
        failure('not_accepted'),
        at(attempt, 'at_least_once', { age, left: 300 - age }),
        () => 1,
      );
      if (verdict.status === 'failed') break;
      [age, attempt] = [age + verdict.delay, attempt + 1];
    }
    expect(attempt).toBe(4);
    expect(age).toBeLessThan(150);
  });

  it('closes an address by its class, unless the code weighs otherwise', () => {
    const facts = { kind: 'address', code: '1', message: 'No.', provider: 'loft' } as const;
    expect(new DeliveryFailure(facts).closes).toBe('at_once');
    expect(new DeliveryFailure({ ...facts, closes: 'when_repeated' }).closes).toBe('when_repeated');
  });

  it('tries once more, later, whoever could not be reached', () => {
    expect(verdictOn(failure('maybe_later'), at(1))).toMatchObject({
      status: 'pending',
      delay: 1800,
    });
    expect(verdictOn(failure('maybe_later'), at(2))).toMatchObject({
      status: 'failed',
      reason: 'unreachable',
    });
  });

  it('names a reason and whose fault it is for every end', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.integer({ min: 1, max: 9 }), (kind, attempt) => {
        const verdict = verdictOn(failure(kind), at(attempt));
        if (verdict.status === 'failed') expect([verdict.reason, verdict.fault]).not.toContain(null);
        if (verdict.status === 'pending' && verdict.counts) expect(verdict.delay).toBeGreaterThan(0);
      }),
    );
  });
});
