const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;
const WEEK = 7 * 86_400;
const HOUR = 3_600_000;
const EVENING = 20;
const MORNING = 9;

/** How long ago, in few words: `now`, `5 min. ago`, then the day. */
export function ago(moment: Date, language: string, now = new Date()): string {
  const seconds = (now.getTime() - moment.getTime()) / 1000;
  if (seconds > WEEK) {
    return new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' }).format(moment);
  }
  const [unit, length] = UNITS.find(([, size]) => seconds >= size) ?? ['second' as const, Infinity];
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'narrow' });
  return words.format(-Math.max(0, Math.trunc(seconds / length)), unit);
}

/** A moment on the person's clock: `Tue, 09:00`. */
export const onClock = (moment: Date, language: string, timeZone: string): string =>
  new Intl.DateTimeFormat(language, {
    weekday: 'short',
    hour: 'numeric',
    minute: '2-digit',
    timeZone,
  }).format(moment);

export interface SnoozeChoice {
  readonly name: 'hour' | 'tonight' | 'tomorrow';
  readonly until: Date;
}

/** An hour from now, this evening where that is later, tomorrow morning: on the person's clock. */
export function snoozeChoices(timeZone: string, now = new Date()): SnoozeChoice[] {
  const { year, month, day } = wallClock(now, timeZone);
  const tonight = momentOf({ year, month, day, hour: EVENING, minute: 0 }, timeZone);
  const tomorrow = momentOf({ year, month, day: day + 1, hour: MORNING, minute: 0 }, timeZone);
  return [
    { name: 'hour', until: new Date(now.getTime() + HOUR) },
    ...(tonight.getTime() > now.getTime() + HOUR ? [{ name: 'tonight' as const, until: tonight }] : []),
    { name: 'tomorrow', until: tomorrow },
  ];
}

/** The value of a `datetime-local` field, on the person's clock. */
export function momentIn(value: string, timeZone: string): Date | undefined {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(value)?.slice(1).map(Number);
  if (!found) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = found;
  return momentOf({ year, month, day, hour, minute }, timeZone);
}

/** The other way round. */
export function fieldOf(moment: Date, timeZone: string): string {
  const { year, month, day, hour, minute } = wallClock(moment, timeZone);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

interface WallClock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

function wallClock(moment: Date, timeZone: string): WallClock {
  const parts = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' },
    hourCycle: 'h23',
    timeZone,
  }).formatToParts(moment);
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return {
    ...{ year: value('year'), month: value('month'), day: value('day') },
    ...{ hour: value('hour'), minute: value('minute') },
  };
}

const asUtc = ({ year, month, day, hour, minute }: WallClock) => Date.UTC(year, month - 1, day, hour, minute);

/** Guessed as UTC, then put right by what the clocks there say; a second time where they are changed that day. */
function momentOf(wanted: WallClock, timeZone: string): Date {
  let guess = asUtc(wanted);
  for (let round = 0; round < 2; round += 1) {
    guess += asUtc(wanted) - asUtc(wallClock(new Date(guess), timeZone));
  }
  return new Date(guess);
}
