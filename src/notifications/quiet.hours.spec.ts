import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { opensAt } from './quiet.hours.js';

const window = (from: string, to: string, timeZone = 'Asia/Kolkata') => ({ from, to, timeZone });
const opening = (windows: Parameters<typeof opensAt>[0], now: string) =>
  opensAt(windows, new Date(now))?.toISOString();

describe('a window', () => {
  it('that is open lets through at once', () => {
    expect(opening([window('10:00', '21:00')], '2026-01-05T12:00:00+05:30')).toBe('2026-01-05T06:30:00.000Z');
    expect(opening([], '2026-01-05T03:00:00+05:30')).toBe('2026-01-04T21:30:00.000Z');
  });

  it.each([
    ['before it opens', '09:59:59', '2026-01-05T04:30:00.000Z'],
    ['when it opens', '10:00:00', '2026-01-05T04:30:00.000Z'],
    ['just before it closes', '20:59:59', '2026-01-05T15:29:59.000Z'],
    ['when it closes', '21:00:00', '2026-01-06T04:30:00.000Z'],
  ])('%s', (_, time, opens) => {
    expect(opening([window('10:00', '21:00')], `2026-01-05T${time}+05:30`)).toBe(opens);
  });

  it.each([
    ['23:30:00', '2026-01-05T18:00:00.000Z'],
    ['05:59:00', '2026-01-05T00:29:00.000Z'],
    ['06:00:00', '2026-01-05T16:30:00.000Z'],
  ])('goes over midnight, asked at %s', (time, opens) => {
    expect(opening([window('22:00', '06:00')], `2026-01-05T${time}+05:30`)).toBe(opens);
  });

  it('of a whole day never closes', () => {
    for (const always of [window('00:00', '24:00'), window('08:00', '08:00')]) {
      expect(opening([always], '2026-01-05T03:00:00Z')).toBe('2026-01-05T03:00:00.000Z');
    }
  });

  it('that ends at 24:00 ends with the day', () => {
    expect(opening([window('18:00', '24:00')], '2026-01-05T23:59:00+05:30')).toBe('2026-01-05T18:29:00.000Z');
    expect(opening([window('18:00', '24:00')], '2026-01-06T00:00:00+05:30')).toBe('2026-01-06T12:30:00.000Z');
  });
});

describe('several windows', () => {
  it('let through when all are open', () => {
    const both = [window('10:00', '21:00'), window('18:00', '09:00')];
    expect(opening(both, '2026-01-05T08:00:00+05:30')).toBe('2026-01-05T12:30:00.000Z');
  });

  it('in different time zones meet where they overlap', () => {
    const both = [window('10:00', '21:00'), window('08:00', '20:00', 'America/New_York')];
    expect(opening(both, '2026-01-05T12:00:00+05:30')).toBe('2026-01-05T13:00:00.000Z');
  });

  it('that never overlap let nothing through', () => {
    expect(opensAt([window('10:00', '12:00'), window('12:00', '14:00')], new Date())).toBeNull();
  });
});

describe('on a day on which the clock jumps', () => {
  const berlin = (from: string, to: string) => window(from, to, 'Europe/Berlin');

  it('a time that does not come is the jump', () => {
    expect(opening([berlin('02:30', '20:00')], '2026-03-29T00:30:00Z')).toBe('2026-03-29T01:00:00.000Z');
    expect(opening([berlin('20:00', '02:30')], '2026-03-29T00:59:59Z')).toBe('2026-03-29T00:59:59.000Z');
    expect(opening([berlin('20:00', '02:30')], '2026-03-29T01:00:00Z')).toBe('2026-03-29T18:00:00.000Z');
  });

  it('a window that falls into the missing hour does not open', () => {
    expect(opening([berlin('02:10', '02:50')], '2026-03-29T00:00:00Z')).toBe('2026-03-30T00:10:00.000Z');
  });

  it('a time that comes twice closes the first time and opens the second', () => {
    expect(opening([berlin('02:30', '20:00')], '2026-10-25T00:45:00Z')).toBe('2026-10-25T01:30:00.000Z');
    expect(opening([berlin('20:00', '02:30')], '2026-10-25T00:30:00Z')).toBe('2026-10-25T19:00:00.000Z');
  });

  it('midnight may be missing too', () => {
    const early = window('00:30', '05:00', 'America/Sao_Paulo');
    expect(opening([early], '2018-11-04T02:00:00Z')).toBe('2018-11-04T03:00:00.000Z');
  });
});

describe('whatever the windows are', () => {
  const clock = fc
    .integer({ min: 0, max: 24 * 12 - 1 })
    .map((n) => `${String(Math.floor(n / 12)).padStart(2, '0')}:${String((n % 12) * 5).padStart(2, '0')}`);
  const zones = [
    'Asia/Kolkata',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'America/Sao_Paulo',
  ];
  const windows = fc.array(fc.record({ from: clock, to: clock, timeZone: fc.constantFrom(...zones) }), {
    minLength: 1,
    maxLength: 3,
  });
  // From March to November 2026 and 2018: with the days on which clocks jump.
  const moments = fc.oneof(
    fc.integer({ min: Date.UTC(2026, 2, 7), max: Date.UTC(2026, 10, 3) }),
    fc.integer({ min: Date.UTC(2018, 9, 1), max: Date.UTC(2018, 10, 10) }),
  );
  type Window = { from: string; to: string; timeZone: string };
  const isOpenByTheClock = ({ from, to, timeZone }: Window, at: Date) => {
    const time = DateTime.fromJSDate(at, { zone: timeZone }).toFormat('HH:mm');
    if (from === to) return true;
    return from < to ? from <= time && time < to : from <= time || time < to;
  };

  it('nothing goes while a clock on the wall says no', () => {
    fc.assert(
      fc.property(windows, moments, (given, at) => {
        const opens = opensAt(given, new Date(at));
        if (!opens) return;
        expect(+opens).toBeGreaterThanOrEqual(at);
        for (const one of given) expect(isOpenByTheClock(one, opens)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('waking at the opening finds it open, and no other time before is', () => {
    fc.assert(
      fc.property(windows, moments, fc.double({ min: 0, max: 1, noNaN: true }), (given, at, part) => {
        const opens = opensAt(given, new Date(at));
        if (!opens) return;
        expect(opensAt(given, opens)).toEqual(opens);
        const between = new Date(Math.floor(at + (+opens - at) * part));
        expect(opensAt(given, between)).toEqual(opens > between ? opens : between);
      }),
      { numRuns: 50 },
    );
  });
});
