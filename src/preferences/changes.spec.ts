import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldError } from '../http/domain.error.js';
import type { CategoryTerms, ChannelTerms } from './catalogue.js';
import { readChanges, type Vocabulary } from './changes.js';
import { FlatNames } from './flat-names.js';

const channels: ChannelTerms[] = [
  { name: 'realtime', consent: 'always' },
  { name: 'email', consent: 'opt-out' },
  { name: 'sms', consent: 'opt-in' },
];
const category = (name: string, preferenceNames: Record<string, string> = {}): CategoryTerms => ({
  name,
  display: name,
  optional: true,
  consent: 'opt-out',
  preferenceNames,
});
const categories = [category('order'), category('promotion', { email: 'marketing_emails' })];
const words: Vocabulary = { channels, categories, names: new FlatNames(channels, categories) };

function reading(input: object, options: Parameters<typeof readChanges>[3] = {}) {
  const errors: FieldError[] = [];
  return { changes: readChanges(input, words, errors, options), errors };
}

const smsWanted = { category: 'order', channel: 'sms', wanted: true };

describe('reading preferences', () => {
  it('reads flat names, the matrix and category objects alike', () => {
    for (const input of [
      { order_updates_sms: true },
      { matrix: { order: { sms: true } } },
      { order: { sms: true } },
      { order_updates_sms: true, matrix: { order: { sms: true, realtime: true } } },
    ]) {
      expect(reading(input)).toEqual({ changes: [smsWanted], errors: [] });
    }
  });

  it('reads back any matrix written in flat names', () => {
    const values = fc.record(
      Object.fromEntries([...words.names.all()].map(([name]) => [name, fc.boolean()])),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(values, (flat) => {
        const { changes, errors } = reading(flat);
        expect(errors).toEqual([]);
        expect(
          Object.fromEntries(changes.map((change) => [words.names.nameOf(change), change.wanted])),
        ).toEqual({
          ...flat,
        });
      }),
    );
  });

  it('never throws, and points into what was sent', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (input) => {
        const { errors } = reading(input, { prefix: '/user/preferences' });
        expect(errors.every(({ pointer }) => pointer.startsWith('/user/preferences/'))).toBe(true);
      }),
    );
  });

  it('names the closest preference for an unknown one', () => {
    expect(reading({ order_update_sms: true }, { prefix: '/user/preferences' }).errors).toEqual([
      {
        pointer: '/user/preferences/order_update_sms',
        code: 'preference.unknown',
        detail: '"order_update_sms" is not a preference. Did you mean "order_updates_sms"?',
      },
    ]);
    expect(reading({ matrix: { ordr: {} } }).errors[0]).toMatchObject({
      pointer: '/matrix/ordr',
      detail: '"ordr" is not a category. Did you mean "order"?',
    });
    expect(reading({ order: { smms: true } }).errors[0]).toMatchObject({
      pointer: '/order/smms',
      detail: '"smms" is not a channel. Did you mean "sms"?',
    });
  });

  it('lists what is known when nothing is near', () => {
    expect(reading({ zzzzzzzzzzzz: true }).errors[0]?.detail).toContain(
      'Known: marketing_emails, order_updates',
    );
  });

  it('refuses to turn off what is always on, and takes "on" for what it is', () => {
    expect(reading({ order: { realtime: false } }).errors).toEqual([
      {
        pointer: '/order/realtime',
        code: 'preference.locked',
        detail: 'realtime is always on and cannot be turned off: leave it out',
      },
    ]);
    expect(reading({ order: { realtime: true } })).toEqual({ changes: [], errors: [] });
  });

  it('refuses words for booleans', () => {
    expect(
      reading({ order_updates_sms: 'true', matrix: 3, promotion: [] }).errors.map(({ code }) => code),
    ).toEqual(['field.boolean', 'field.object', 'field.object']);
  });

  it('refuses a contradiction, naming both places', () => {
    expect(reading({ order_updates_sms: true, matrix: { order: { sms: false } } }).errors).toEqual([
      {
        pointer: '/matrix/order/sms',
        code: 'preference.contradiction',
        detail:
          '/order_updates_sms says true and /matrix/order/sms says false of the same preference: send one of them',
      },
    ]);
  });

  it('takes the form that differs from the present, where the present is known', () => {
    const input = { order_updates_sms: true, matrix: { order: { sms: false } } };
    expect(reading(input, { present: () => false }).changes).toEqual([smsWanted]);
    expect(reading(input, { present: () => true }).changes).toEqual([{ ...smsWanted, wanted: false }]);
  });

  it('leaves the fields alone that are read elsewhere', () => {
    expect(reading({ time_zone: 3 }, { besides: ['time_zone'] })).toEqual({ changes: [], errors: [] });
  });

  it('stops at twenty findings, however much is wrong', () => {
    const input = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`x${index}`, true]));
    expect(reading(input).errors).toHaveLength(20);
  });
});
