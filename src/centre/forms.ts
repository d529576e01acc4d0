import { DateTime } from 'luxon';
import type { Change } from '../preferences/choices.js';
import type { Cell } from '../preferences/flat-names.js';
import { languageChoices } from '../preferences/language.js';

/** A form as it was sent: a field that stands in it twice is a list. */
export type Form = Readonly<Record<string, unknown>>;

const DAY = 86_400_000;
/** Pauses that are one click. */
const DAYS: Readonly<Record<string, number>> = { day: 1, week: 7 };
const LONGEST_PAUSE = 366 * DAY;

/** What one field says; nothing where it was not sent. */
export function one(form: Form, name: string): string {
  const value = [form[name]].flat().at(-1);
  return typeof value === 'string' ? value : '';
}

const all = (form: Form, name: string): Set<string> =>
  new Set([form[name]].flat().filter((value) => typeof value === 'string'));

/** The name of a cell in a form. */
export const keyOf = ({ category, channel }: Cell) => `${category}.${channel}`;

/**
 * What was changed: `on` names the cells that are on, `had` those that were when the page was made. What the person
 * left alone stays as it is, also where it was changed elsewhere meanwhile.
 */
export function changesIn(form: Form, cells: readonly Cell[]): Change[] {
  const [on, had] = [all(form, 'on'), all(form, 'had')];
  return cells
    .filter((cell) => on.has(keyOf(cell)) !== had.has(keyOf(cell)))
    .map(({ category, channel }) => ({ category, channel, wanted: on.has(keyOf({ category, channel })) }));
}

/** The name of a device in a form. */
export const deviceKeyOf = (channel: string, id: string) => `${channel}.${id}`;

/** The device that a form names; nothing that there is where it names none. */
export function deviceIn(form: Form): { channel: string; id: string } {
  const [, channel = '', id = ''] = /^([^.]+)\.(.+)$/.exec(one(form, 'device')) ?? [];
  return { channel, id };
}

/** What a form says of the settings of a person, or the field that cannot be understood. */
type Settings = Readonly<Record<string, unknown>> | string;

/**
 * Reads the part of the page that was sent. The values themselves are checked where they are stored.
 * @param worded the locales in which messages are worded
 */
export function settingsIn(
  form: Form,
  { locale, timeZone }: { readonly locale: string; readonly timeZone: string },
  now: Date,
  worded: readonly string[],
): Settings {
  const part = one(form, 'part');
  if (part === 'times') return timesIn(form);
  if (part === 'language') return languageIn(form, locale, worded);
  return part === 'pause' ? pauseIn(form, timeZone, now) : 'page';
}

/** Browsers may send seconds too. */
const timesIn = (form: Form): Settings => ({
  quiet_hours:
    one(form, 'quiet') === 'on'
      ? { start: one(form, 'start').slice(0, 5), end: one(form, 'end').slice(0, 5) }
      : null,
  time_zone: one(form, 'zone'),
});

function languageIn(form: Form, own: string, worded: readonly string[]): Settings {
  const locale = one(form, 'locale');
  return languageChoices(own, worded).some((choice) => choice.locale === locale) ? { locale } : 'locale';
}

function pauseIn(form: Form, timeZone: string, now: Date): Settings {
  const length = one(form, 'length');
  if (length === 'none') return { paused_until: null };
  const days = DAYS[length];
  if (days !== undefined) return { paused_until: new Date(+now + days * DAY).toISOString() };
  if (length !== 'until') return 'length';
  const until = DateTime.fromISO(one(form, 'until'), { zone: timeZone }).startOf('day').toJSDate();
  const pause = +until - +now;
  return pause > 0 && pause <= LONGEST_PAUSE ? { paused_until: until.toISOString() } : 'until';
}
