import { describe, expect, it } from 'vitest';
import { changesIn, settingsIn } from './forms.js';

const CELLS = [
  { category: 'order', channel: 'email' },
  { category: 'order', channel: 'sms' },
  { category: 'promotion', channel: 'email' },
];
const PERSON = { locale: 'en-IN', timeZone: 'Asia/Kolkata' };
const WORDED = ['en', 'hi', 'ta'];
const NOW = new Date('2026-01-05T12:00:00Z');
const paused = (form: object) => settingsIn({ part: 'pause', ...form }, PERSON, NOW, WORDED);

describe('a form of choices', () => {
  it('says what differs from what the page showed', () => {
    expect(
      changesIn({ on: ['order.sms', 'promotion.email'], had: ['order.email', 'promotion.email'] }, CELLS),
    ).toEqual([
      { category: 'order', channel: 'email', wanted: false },
      { category: 'order', channel: 'sms', wanted: true },
    ]);
  });

  it('leaves alone what was left alone, also where it is something else by now', () => {
    expect(changesIn({}, CELLS)).toEqual([]);
    expect(changesIn({ on: 'order.email', had: 'order.email' }, CELLS)).toEqual([]);
  });

  it('cannot name what there is not, nor what is always on', () => {
    expect(changesIn({ on: ['order.realtime', 'odrer.sms', '__proto__', {}] }, CELLS)).toEqual([]);
  });
});

describe('a form of settings', () => {
  it('has quiet hours or none, and a time zone', () => {
    const form = { part: 'times', start: '22:00:00', end: '07:00', zone: 'Asia/Dubai' };
    expect(settingsIn({ ...form, quiet: 'on' }, PERSON, NOW, WORDED)).toEqual({
      quiet_hours: { start: '22:00', end: '07:00' },
      time_zone: 'Asia/Dubai',
    });
    expect(settingsIn(form, PERSON, NOW, WORDED)).toEqual({ quiet_hours: null, time_zone: 'Asia/Dubai' });
  });

  it('has a language that was offered, with the region that the person had', () => {
    expect(settingsIn({ part: 'language', locale: 'hi' }, PERSON, NOW, WORDED)).toEqual({ locale: 'hi' });
    expect(settingsIn({ part: 'language', locale: 'ta' }, PERSON, NOW, WORDED)).toEqual({ locale: 'ta' });
    expect(settingsIn({ part: 'language', locale: 'en-IN' }, PERSON, NOW, WORDED)).toEqual({
      locale: 'en-IN',
    });
    expect(settingsIn({ part: 'language', locale: 'xx' }, PERSON, NOW, WORDED)).toBe('locale');
  });

  it('pauses for a day, a week, or until a day begins where the person is', () => {
    expect(paused({ length: 'day' })).toEqual({ paused_until: '2026-01-06T12:00:00.000Z' });
    expect(paused({ length: 'week' })).toEqual({ paused_until: '2026-01-12T12:00:00.000Z' });
    expect(paused({ length: 'until', until: '2026-02-01' })).toEqual({
      paused_until: '2026-01-31T18:30:00.000Z',
    });
    expect(paused({ length: 'none' })).toEqual({ paused_until: null });
  });

  it.each(['2026-01-05', '2025-12-31', '2027-02-01', '2026-02-30', 'tomorrow', ''])(
    'does not pause until %s',
    (until) => {
      expect(paused({ length: 'until', until })).toBe('until');
    },
  );

  it('says which field cannot be understood', () => {
    expect(paused({})).toBe('length');
    expect(settingsIn({ part: 'everything' }, PERSON, NOW, WORDED)).toBe('page');
    expect(settingsIn({}, PERSON, NOW, WORDED)).toBe('page');
  });
});
