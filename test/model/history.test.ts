import { describe, expect, it } from 'vitest';
import { type End, type Event, violations } from './history.js';

const granted = (token: string): Event => ({ kind: 'granted', id: 'a', token });
const called = (token: string): Event => ({ kind: 'called', id: 'a', token });
const end = (more: Partial<End> = {}): End => ({
  id: 'a',
  status: 'delivered',
  atMostOnce: false,
  truth: 'delivered',
  ...more,
});
const twice = (between: Event['kind'] | null, more: Partial<End> = {}) =>
  violations(
    [
      granted('1'),
      called('1'),
      ...(between ? [{ kind: between, id: 'a', token: '' } as Event] : []),
      granted('2'),
      called('2'),
    ],
    [],
    [end(more)],
  );

describe('the checker of the model', () => {
  it('finds a second call without a reason', () => {
    expect(twice(null)).toHaveLength(1);
    expect(twice('not found', { atMostOnce: true })).toHaveLength(1);
    for (const reason of ['refused', 'not found', 'given back', 'retried'] as const)
      expect(twice(reason)).toEqual([]);
  });

  it('finds two calls or two outcomes with one lease, and a call without', () => {
    expect(
      violations([granted('1'), called('1'), { kind: 'refused', id: 'a' }, called('1')], [], [end()]),
    ).toHaveLength(1);
    expect(violations([called('1')], [], [end()])).toHaveLength(1);
    expect(violations([granted('1'), granted('1')], [], [end()])).toHaveLength(1);
    const believed: Event = { kind: 'believed', id: 'a', token: '1' };
    expect(violations([granted('1'), believed, believed], [], [end()])).toHaveLength(1);
  });

  it('finds an illegal move, an end that is not the truth, and a delivery that is stuck', () => {
    const move = { id: 'a', before: 'delivered', after: 'pending', wentBack: false } as const;
    expect(violations([], [move], [end()])).toHaveLength(1);
    expect(violations([], [{ ...move, after: 'delivered', wentBack: true }], [end()])).toHaveLength(1);
    expect(violations([], [{ ...move, after: 'delivered' }], [end()])).toEqual([]);
    expect(violations([], [], [end({ truth: 'failed' })])).toHaveLength(1);
    expect(violations([], [], [end({ status: 'unknown' })])).toHaveLength(1);
  });
});
