import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leaving, PROVIDER_RANK, type ProviderStatus, type Status, STATUSES, statusOf } from './status.js';

const words = Object.keys(PROVIDER_RANK) as ProviderStatus[];
const may = (from: Status, to: Status) => {
  try {
    return leaving(from, to) === `'${from}'`;
  } catch {
    return false;
  }
};

describe('the table of states', () => {
  it('lets nothing out of delivered, skipped and cancelled', () => {
    for (const end of ['delivered', 'skipped', 'cancelled'] as const) {
      expect(STATUSES.filter((to) => may(end, to))).toEqual([]);
    }
  });

  it('never leads to sending but from pending, by a claim', () => {
    expect(STATUSES.filter((from) => may(from, 'sending'))).toEqual(['pending']);
  });

  it('leads from every open state to an end', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STATUSES), (start) => {
        const reached = new Set<Status>([start]);
        for (let grown = -1; grown !== reached.size;) {
          grown = reached.size;
          for (const from of [...reached])
            STATUSES.filter((to) => may(from, to)).forEach((to) => reached.add(to));
        }
        expect(
          ['delivered', 'failed', 'skipped', 'cancelled'].some((end) => reached.has(end as Status)),
        ).toBe(true);
      }),
    );
  });

  it('knows each word of a provider, and ranks an end above every step on the way', () => {
    fc.assert(
      fc.property(fc.constantFrom(...words), fc.constantFrom(...words), (a, b) => {
        const [early, late] = PROVIDER_RANK[a] <= PROVIDER_RANK[b] ? [a, b] : [b, a];
        if (statusOf(late) === 'sent') expect(statusOf(early)).toBe('sent');
        if (statusOf(early) === 'delivered') expect(statusOf(late)).toBe('delivered');
      }),
    );
  });
});
