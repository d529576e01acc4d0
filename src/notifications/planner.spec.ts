import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChannelFacts, type PlanFacts, planFor } from './planner.js';

const now = new Date('2026-01-05T10:00:00Z');
const later = new Date('2026-01-06T10:00:00Z');

const channel = (over: Partial<ChannelFacts> = {}): ChannelFacts => ({
  name: 'pigeon',
  consent: 'opt-out',
  atCommit: false,
  off: null,
  hold: undefined,
  addresses: ['roof'],
  unreachable: null,
  content: { text: 'coo' },
  suppressed: new Map(),
  prepare: () => ({ content: { text: 'coo' }, estimate: {} }),
  ...over,
});

const CLOSED = { suppressed: new Map([['roof', 'stopped']]) };
const NO_ROOF = { rule: 'no_roof', fault: 'recipient' as const, detail: 'They live in a tent.' };

const TOO_LONG = {
  content: {},
  estimate: {},
  refusal: { rule: 'too_long', fault: 'content' as const, detail: 'Four pigeons would be needed.' },
};

const facts = (over: Partial<PlanFacts> = {}): PlanFacts => ({
  category: { name: 'order', display: 'Orders', optional: true, consent: 'opt-out', preferenceNames: {} },
  choices: {},
  pausedUntil: null,
  wanted: undefined,
  sendAt: null,
  now,
  ...over,
});

const only = (over: Partial<ChannelFacts>, more: Partial<PlanFacts> = {}) => {
  const [planned] = planFor(channel(over), facts(more));
  if (!planned) throw new Error('nothing planned');
  return planned;
};

describe('the plan', () => {
  it('lets go what nothing speaks against', () => {
    expect(only({})).toMatchObject({ status: 'pending', reason: null, holdReason: null, dueAt: null });
  });

  it.each([
    ['off', { off: 'Set PIGEON_LOFT.' }, {}, 'channel_off'],
    ['without words', { content: undefined }, {}, 'no_words'],
    ['without an address', { addresses: [] }, {}, 'no_address'],
    ['not asked for', {}, { wanted: ['owl'] }, 'not_requested'],
    ['out of its reach', { addresses: [], unreachable: NO_ROOF }, {}, 'no_roof'],
    ['closed, whatever was said', CLOSED, { choices: { order: { pigeon: false } } }, 'suppressed'],
    ['closed', CLOSED, {}, 'suppressed'],
    ['refused by its channel', { prepare: () => TOO_LONG }, {}, 'too_long'],
    ['waiting for a yes', { consent: 'opt-in' as const }, {}, 'preference_not_given'],
    ['refused', {}, { choices: { order: { pigeon: false } } }, 'preference_off'],
  ])('skips a channel that is %s, with the reason', (_, over, more, reason) => {
    const planned = only(over, more);
    expect(planned).toMatchObject({ status: 'skipped', reason, content: {} });
    expect(planned.rules.at(-1)?.detail).not.toBe('');
  });

  it('delivers at commit only what is due at once', () => {
    expect(only({ consent: 'always', atCommit: true })).toMatchObject({ status: 'delivered' });
    expect(only({ consent: 'always', atCommit: true }, { sendAt: later })).toMatchObject({
      status: 'pending',
      dueAt: later,
    });
  });

  it('holds what a paused channel cannot take yet, and says why; the inbox does not wait', () => {
    const hold = { reason: 'channel_paused', detail: 'It waits.' } as const;
    const held = only({ hold });
    expect(held).toMatchObject({ status: 'pending', holdReason: 'channel_paused', dueAt: null });
    expect(held.rules.at(-1)).toEqual({ rule: 'channel_paused', outcome: 'hold', detail: 'It waits.' });
    expect(only({ hold }, { sendAt: later })).toMatchObject({ holdReason: 'send_at', dueAt: later });
    expect(only({ hold, consent: 'always', atCommit: true })).toMatchObject({ status: 'delivered' });
  });

  it('holds for a pause of the person, and says until when', () => {
    expect(only({}, { pausedUntil: later })).toMatchObject({
      status: 'pending',
      holdReason: 'paused',
      dueAt: later,
    });
  });

  it('asks nobody about the inbox, whatever was chosen or asked for', () => {
    const planned = only(
      { consent: 'always', atCommit: true },
      { wanted: ['owl'], choices: { order: { pigeon: false } }, pausedUntil: later },
    );
    expect(planned.status).toBe('delivered');
  });

  it('never lets an explicit no pass, and gives every skip a rule', () => {
    fc.assert(
      fc.property(
        fc.record({
          consent: fc.constantFrom('opt-in' as const, 'opt-out' as const),
          addresses: fc.array(fc.string({ minLength: 1 }), { maxLength: 3 }),
          off: fc.constantFrom(null, 'off'),
        }),
        fc.record({
          pausedUntil: fc.constantFrom(null, later),
          sendAt: fc.constantFrom(null, later),
          wanted: fc.constantFrom(undefined, ['pigeon'], ['owl']),
        }),
        fc.constantFrom(undefined, true, false),
        (over, more, wish) => {
          const choices = wish === undefined ? {} : { order: { pigeon: wish } };
          const plan = planFor(channel(over), facts({ ...more, choices }));
          expect(plan.length).toBeGreaterThan(0);
          for (const planned of plan) {
            if (wish === false) expect(planned.status).toBe('skipped');
            if (planned.status === 'skipped') expect(planned.rules.at(-1)?.rule).toBe(planned.reason);
          }
        },
      ),
    );
  });
});
