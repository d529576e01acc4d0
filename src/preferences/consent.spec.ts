import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choicesFrom, NO_CHOICES } from './choices.js';
import { decide, type Question } from './consent.js';

const NOW = new Date('2026-01-03T10:00:00Z');

const question = (change: Partial<Question>): Question => ({
  channel: { name: 'post', consent: 'opt-out' },
  category: { name: 'order', consent: 'opt-out' },
  choices: NO_CHOICES,
  pausedUntil: null,
  now: NOW,
  ...change,
});

const channels = fc.record({
  name: fc.constantFrom('post', 'text', '__proto__', 'constructor'),
  consent: fc.constantFrom('always' as const, 'opt-in' as const, 'opt-out' as const),
});
const categories = fc.record({
  name: fc.constantFrom('order', 'promotion', 'toString'),
  consent: fc.constantFrom('opt-in' as const, 'opt-out' as const),
});
const cells = fc.array(
  fc.record({
    category: fc.constantFrom('order', 'promotion', 'toString', 'other'),
    channel: fc.constantFrom('post', 'text', '__proto__', 'constructor'),
    wanted: fc.boolean(),
  }),
);
const questions = fc.record({
  channel: channels,
  category: categories,
  choices: cells.map(choicesFrom),
  pausedUntil: fc.option(fc.date({ noInvalidDate: true })),
  now: fc.date({ noInvalidDate: true }),
});

const chosen = ({ choices, category, channel }: Question) => choices[category.name]?.[channel.name];

describe('consent, whatever is asked', () => {
  const holds = (claim: (asked: Question) => void) => fc.assert(fc.property(questions, claim));

  it('never overrules an explicit no, except where nobody is asked', () => {
    holds((asked) => {
      if (chosen(asked) !== false || asked.channel.consent === 'always') return;
      expect(decide(asked)).toMatchObject({ allowed: false, reason: 'preference_off' });
    });
  });

  it('always lets a channel through that is always on', () => {
    holds((asked) => {
      const always = { ...asked, channel: { ...asked.channel, consent: 'always' as const } };
      expect(decide(always)).toMatchObject({ allowed: true, reason: null });
    });
  });

  it('lets nothing through an opt-in channel or category without a yes', () => {
    holds((asked) => {
      const optIn = asked.channel.consent === 'opt-in' || asked.category.consent === 'opt-in';
      if (!optIn || asked.channel.consent === 'always' || chosen(asked) === true) return;
      expect(decide(asked).allowed).toBe(false);
    });
  });

  it('lets nothing but what is always on through a pause', () => {
    holds((asked) => {
      const paused = { ...asked, pausedUntil: new Date(NOW.getTime() + 1), now: NOW };
      expect(decide(paused).allowed).toBe(asked.channel.consent === 'always');
    });
  });

  it('decides by its last rule, and allows in all rules before', () => {
    holds((asked) => {
      const { allowed, reason, rules } = decide(asked);
      expect(rules.at(-1)?.outcome === 'allow').toBe(allowed);
      expect(rules.slice(0, -1).every(({ outcome }) => outcome === 'allow')).toBe(true);
      if (!allowed) expect(rules.at(-1)?.rule).toBe(reason);
    });
  });
});

describe('consent', () => {
  it('takes silence for yes where neither channel nor category needs one', () => {
    const { allowed, rules } = decide(question({}));
    expect(allowed).toBe(true);
    expect(rules).toEqual([
      {
        rule: 'preference_default',
        outcome: 'allow',
        detail: 'The person has not said no to order by post, and silence allows it.',
      },
    ]);
  });

  it('says which channel needs a yes, and how to give it by the name that clients know', () => {
    const { reason, rules } = decide(
      question({
        channel: { name: 'text', consent: 'opt-in' },
        category: { name: 'order', consent: 'opt-out', preferenceNames: { text: 'order_updates_text' } },
      }),
    );
    expect(reason).toBe('preference_not_given');
    expect(rules[0]?.detail).toBe(
      'text needs a yes, and none was given for order by text. ' +
        'To say yes, set {"order_updates_text":true} in the person\'s preferences.',
    );
  });

  it('says which category needs a yes, by the matrix where no flat names are at hand', () => {
    const { rules } = decide(question({ category: { name: 'promotion', consent: 'opt-in' } }));
    expect(rules[0]?.detail).toBe(
      'promotion needs a yes, and none was given for promotion by post. ' +
        'To say yes, set {"matrix":{"promotion":{"post":true}}} in the person\'s preferences.',
    );
  });

  it('holds for a paused person until the moment the pause ends', () => {
    const pausedUntil = new Date('2026-01-04T00:00:00Z');
    expect(decide(question({ pausedUntil })).rules.map(({ rule, outcome }) => [rule, outcome])).toEqual([
      ['preference_default', 'allow'],
      ['paused', 'hold'],
    ]);
    expect(decide(question({ pausedUntil, now: pausedUntil })).allowed).toBe(true);
  });

  it('tells a no before it tells a pause', () => {
    const choices = choicesFrom([{ category: 'order', channel: 'post', wanted: false }]);
    const pausedUntil = new Date('2027-01-01T00:00:00Z');
    expect(decide(question({ choices, pausedUntil })).reason).toBe('preference_off');
  });
});
