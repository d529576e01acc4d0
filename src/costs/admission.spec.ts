import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit, type Candidate, type Counters } from './admission.js';
import { CostSettings } from './cost.settings.js';
import { Limits } from './limits.js';
import { decimalOf, moneyOf } from './money.js';

const OFF = { VELOCITY_ADDRESS_HOUR: '0', VELOCITY_USER_HOUR: '0' };
const limitsOf = (env: Record<string, string>) => new Limits(new CostSettings({ ...OFF, ...env }));

const message = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  id,
  userId: 'asha',
  category: 'order',
  address: '+919876543210',
  priority: 1,
  attempt: 1,
  estimatedPrice: '0.08320',
  estimatedUnit: 'USD',
  ...more,
});
const nothingYet = (limits: Limits, candidates: readonly Candidate[]): Counters =>
  new Map(
    candidates.flatMap((one) =>
      limits.set.map((limit) => [
        `${limit.scope} ${limits.keyOf(limit, one)}`,
        { money: 0n, messages: 0, alerted: 0 },
      ]),
    ),
  );
const decide = (env: Record<string, string>, candidates: readonly Candidate[]) => {
  const limits = limitsOf(env);
  return admit(candidates, limits, nothingYet(limits, candidates));
};
const refusedIn = (env: Record<string, string>, candidates: readonly Candidate[]) =>
  decide(env, candidates).refused.map(({ id }) => id);

describe('Whether messages may go', () => {
  it('is yes while nothing is limited, and counts nothing then', () => {
    expect(limitsOf({}).set).toEqual([]);
    expect(decide({}, [message('a')])).toEqual({ refused: [], near: [] });
  });

  it('is up to the amount and not beyond, to the last digit', () => {
    const three = ['a', 'b', 'c'].map((id) => message(id));
    expect(refusedIn({ CAP_ALL_DAY: '0.2496 USD' }, three)).toEqual([]);
    expect(refusedIn({ CAP_ALL_DAY: '0.24959 USD' }, three)).toEqual(['c']);
  });

  it('is the most urgent first', () => {
    const candidates = [
      message('offer', { priority: 2 }),
      message('order'),
      message('code', { priority: 0 }),
    ];
    expect(refusedIn({ CAP_ALL_DAY: '2 messages' }, candidates)).toEqual(['offer']);
  });

  it('does not take room from others for what is refused anyway', () => {
    const mine = Array.from({ length: 5 }, (_, index) => message(`mine${index}`));
    const yours = message('yours', { userId: 'ravi' });
    const env = { CAP_USER_DAY: '2 messages', CAP_ALL_DAY: '3 messages' };
    expect(refusedIn(env, [...mine, yours])).toEqual(['mine2', 'mine3', 'mine4']);
  });

  it('counts what is priced in another currency, or not at all, as a message', () => {
    const candidates = [
      message('a', { estimatedUnit: 'INR', estimatedPrice: '900' }),
      message('b', { estimatedUnit: null, estimatedPrice: null }),
    ];
    expect(refusedIn({ CAP_ALL_DAY: '0.01 USD' }, candidates)).toEqual([]);
    expect(refusedIn({ CAP_ALL_DAY: '0.01 USD, 1 messages' }, candidates)).toEqual(['b']);
  });

  it('is later for what was tried before, whatever becomes of the rest', () => {
    const candidates = [message('new'), message('retry', { attempt: 2 })];
    const waiting = (env: Record<string, string>) =>
      decide(env, candidates).refused.map(({ id, waits }) => [id, waits]);
    const refused = [
      ['new', false],
      ['retry', true],
    ];
    expect(waiting({ CAP_ALL_DAY: '0 USD', CAP_REACHED: 'skip' })).toEqual(refused);
    expect(waiting({ VELOCITY_ADDRESS_HOUR: '1', VELOCITY_USER_HOUR: '1' })).toEqual([['retry', true]]);
  });

  it('comes near a cap with each level that nobody was told of', () => {
    const isNear = (count: number, alerted: number) => {
      const limits = limitsOf({ CAP_ALL_DAY: '10 messages' });
      const before = new Map([['all_day ', { money: 0n, messages: 0, alerted }]]);
      const candidates = Array.from({ length: count }, (_, index) => message(String(index)));
      return admit(candidates, limits, before).near.length > 0;
    };
    expect([isNear(7, 0), isNear(8, 0), isNear(9, 80), isNear(10, 80), isNear(12, 100)]).toEqual([
      false,
      true,
      false,
      true,
      false,
    ]);
  });

  it('is refused at the share that it may use', () => {
    const env = { CAP_ALL_DAY: '2 messages', CAP_RESERVE_PERCENT: '50' };
    const candidates = [0, 0, 0, 1].map((priority, index) => message(String(index), { priority }));
    const { refused } = decide(env, candidates);
    expect(refused.map(({ id, reached }) => [id, reached.percent])).toEqual([
      ['2', 100],
      ['3', 50],
    ]);
  });

  it('is never more than any cap allows, whatever comes together', () => {
    const candidates = fc.array(
      fc.record({
        userId: fc.constantFrom('a', 'b', 'c'),
        category: fc.constantFrom('order', 'promotion'),
        priority: fc.constantFrom(0, 1, 2),
        price: fc.integer({ min: 0, max: 40_000 }),
      }),
      { maxLength: 40 },
    );
    const env = {
      CAP_USER_DAY: '1 USD, 9 messages',
      CAP_CATEGORY_DAY: 'promotion=0.7 USD',
      CAP_ALL_MONTH: '2 USD',
      CAP_RESERVE_PERCENT: '20',
    };
    fc.assert(
      fc.property(candidates, (list) => {
        const all = list.map(({ price, ...one }, index) =>
          message(String(index), { ...one, estimatedPrice: decimalOf(BigInt(price)) }),
        );
        const refused = new Set(refusedIn(env, all));
        const gone = all.filter(({ id }) => !refused.has(id));
        const spent = (some: readonly Candidate[]) =>
          some.reduce((sum, { estimatedPrice }) => sum + moneyOf(estimatedPrice ?? '0'), 0n);
        expect(spent(gone)).toBeLessThanOrEqual(moneyOf('2'));
        expect(spent(gone.filter(({ category }) => category === 'promotion'))).toBeLessThanOrEqual(
          moneyOf('0.7'),
        );
        for (const user of ['a', 'b', 'c']) {
          const theirs = gone.filter(({ userId }) => userId === user);
          expect(spent(theirs)).toBeLessThanOrEqual(moneyOf('1'));
          expect(theirs.length).toBeLessThanOrEqual(9);
        }
        if (!gone.some(({ priority }) => priority === 0)) {
          expect(spent(gone)).toBeLessThanOrEqual(moneyOf('1.6'));
        }
      }),
    );
  });
});
