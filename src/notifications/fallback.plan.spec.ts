import { describe, expect, it } from 'vitest';
import { chained } from './fallback.plan.js';
import type { PlannedDelivery } from './planner.js';

const NOW = new Date('2026-01-05T10:00:00Z');
const minutes = (count: number) => new Date(+NOW + count * 60_000);
const planned = (channel: string, expiresAt: Date | null): PlannedDelivery => ({
  channel,
  address: `${channel} of Asha`,
  content: {},
  status: 'pending',
  reason: null,
  fault: null,
  holdReason: null,
  dueAt: null,
  expiresAt,
  rules: [],
  estimate: {},
});

describe('a later step is first looked at', () => {
  const firstLook = (after: number | 'failed', expiresAt: Date | null) => {
    const plan = [planned('sms', expiresAt), planned('email', expiresAt)];
    const chain = [
      { channel: 'sms', after: 'failed', unless: 'delivered' },
      { channel: 'email', after, unless: 'delivered' },
    ] as const;
    return chained(plan, chain, NOW)[1]?.lookAt;
  };

  it('when its time after the one before has passed, or soon, for a failure of which nothing was heard', () => {
    expect(firstLook(900, minutes(60))).toEqual(minutes(15));
    expect(firstLook('failed', minutes(60))).toEqual(minutes(1));
    expect(firstLook(900, null)).toEqual(minutes(15));
  });

  it('when half of its own time is over, where that is earlier: the one before may be held', () => {
    expect(firstLook(900, minutes(20))).toEqual(minutes(10));
  });
});
