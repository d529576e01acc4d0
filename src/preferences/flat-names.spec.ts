import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlatNames } from './flat-names.js';

const CHANNELS = [
  { name: 'realtime', consent: 'always' },
  { name: 'email', consent: 'opt-out' },
  { name: 'push', consent: 'opt-out' },
  { name: 'sms', consent: 'opt-in' },
] as const;

const names = new FlatNames(CHANNELS, [
  { name: 'order', preferenceNames: { email: 'order_updates_email', sms: 'order_updates_sms' } },
  { name: 'refund', preferenceNames: { email: 'refund_updates_email' } },
  { name: 'promotion', preferenceNames: { email: 'marketing_emails', push: 'promotional_push' } },
]);

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const catalogues = fc.record({
  channels: fc.uniqueArray(
    fc.record({
      name: word,
      consent: fc.constantFrom('always' as const, 'opt-in' as const, 'opt-out' as const),
    }),
    { selector: ({ name }) => name, maxLength: 5 },
  ),
  categories: fc.uniqueArray(
    fc.record({ name: word, preferenceNames: fc.dictionary(word, word, { maxKeys: 4 }) }),
    { selector: ({ name }) => name, maxLength: 6 },
  ),
});

describe('the flat names', () => {
  it('lead to a cell and back to themselves, in any catalogue', () => {
    fc.assert(
      fc.property(catalogues, ({ channels, categories }) => {
        const made = new FlatNames(channels, categories);
        for (const [name, cell] of made.all()) {
          expect(made.nameOf(cell)).toBe(name);
          expect(made.cellOf(name)).toEqual(cell);
        }
      }),
    );
  });

  it('are the ones that the catalogue gives', () => {
    expect(names.cellOf('marketing_emails')).toEqual({ category: 'promotion', channel: 'email' });
    expect(names.cellOf('promotional_push')).toEqual({ category: 'promotion', channel: 'push' });
    expect(names.nameOf({ category: 'order', channel: 'sms' })).toBe('order_updates_sms');
  });

  it('follow the rule for cells that have no name of their own', () => {
    expect(names.nameOf({ category: 'refund', channel: 'sms' })).toBe('refund_updates_sms');
    expect(names.cellOf('order_updates_push')).toEqual({ category: 'order', channel: 'push' });
  });

  it("follow the category's own rule where it has one", () => {
    const ruled = new FlatNames(CHANNELS, [
      { name: 'promotion', preferenceNames: { default: 'offers_by_{channel}', email: 'marketing_emails' } },
    ]);
    expect([...ruled.all()].map(([name]) => name)).toEqual([
      'marketing_emails',
      'offers_by_push',
      'offers_by_sms',
    ]);
  });

  it('leave out what nobody is asked about', () => {
    expect(names.cellOf('order_updates_realtime')).toBeUndefined();
    expect([...names.all()]).toHaveLength(9);
  });

  it('give a given name precedence over one made by rule', () => {
    const clash = new FlatNames(
      [{ name: 'email', consent: 'opt-out' }],
      [
        { name: 'order', preferenceNames: {} },
        { name: 'other', preferenceNames: { email: 'order_updates_email' } },
      ],
    );
    expect(clash.cellOf('order_updates_email')).toEqual({ category: 'other', channel: 'email' });
    expect(clash.nameOf({ category: 'order', channel: 'email' })).toBeUndefined();
  });
});
