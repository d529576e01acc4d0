import { DateTime } from 'luxon';
import type { Hours } from '../templates/templates.service.js';

/** A stretch of time in which a window stays open, or stays closed. Milliseconds since 1970. */
interface Stretch {
  readonly open: boolean;
  readonly from: number;
  /** Its end belongs to the next one; infinite for a window that never closes. */
  readonly until: number;
}

/** Windows further away than this are no answer. */
const HORIZON = 8 * 24 * 3600 * 1000;
/** Windows whose stretches are kept: many people have the same one. Reckoning with time zones is dear. */
const REMEMBERED = 1000;
/** Of each the current stretch, and the one that follows. */
const KEPT = 2;

const remembered = new Map<string, Stretch[]>();

/**
 * The first moment from `now` on at which all of these windows are open: `now` itself when they are. Null when none
 * comes within eight days. On a day on which the clock jumps a window closes with the first occurrence of its end
 * and opens with the last of its beginning: an hour that comes twice, or never, lets nothing slip through.
 */
export function opensAt(windows: readonly Hours[], now: Date): Date | null {
  let at = +now;
  while (at - +now <= HORIZON) {
    const closed = windows.map((window) => stretchAt(window, at)).filter(({ open }) => !open);
    if (closed.length === 0) return at === +now ? now : new Date(at);
    at = Math.max(...closed.map(({ until }) => until));
  }
  return null;
}

function stretchAt(window: Hours, at: number): Stretch {
  const key = `${window.from} ${window.to} ${window.timeZone}`;
  const known = remembered.get(key) ?? [];
  const current = known.find(({ from, until }) => from <= at && at < until);
  if (current) return current;
  const found = findStretch(window, at);
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(key, [found, ...known].slice(0, KEPT));
  return found;
}

function findStretch({ from, to, timeZone }: Hours, at: number): Stretch {
  if (from === to || (from === '00:00' && to === '24:00')) {
    return { open: true, from: -Infinity, until: Infinity };
  }
  const today = DateTime.fromMillis(at, { zone: timeZone }).startOf('day');
  let closedSince = -Infinity;
  for (const days of [-1, 0, 1, 2]) {
    const day = today.plus({ days });
    const opens = momentOf(day, from, 'last');
    const closes = momentOf(to > from ? day : day.plus({ days: 1 }), to, 'first');
    if (at < opens) return { open: false, from: closedSince, until: opens };
    if (at < closes) return { open: true, from: opens, until: closes };
    closedSince = Math.max(opens, closes);
  }
  throw new Error(`The window from ${from} to ${to} in ${timeZone} has no end.`);
}

/** When a clock shows a time on a day: its first or last occurrence, or the jump that leaves it out. */
function momentOf(day: DateTime, time: string, occurrence: 'first' | 'last'): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  if (hour === 24) return day.plus({ days: 1 }).startOf('day').toMillis();
  const shown = day.set({ hour, minute, second: 0, millisecond: 0 });
  if (shown.hour !== hour || shown.minute !== minute) return jumpBefore(shown);
  const occurrences = shown.getPossibleOffsets().map((one) => one.toMillis());
  return occurrence === 'first' ? Math.min(...occurrences) : Math.max(...occurrences);
}

/** The moment, within the day before, at which the clock has been put on; to the second. */
function jumpBefore(after: DateTime): number {
  let [before, jumped] = [after.minus({ days: 1 }).toMillis(), after.toMillis()];
  while (jumped - before > 1000) {
    const middle = Math.floor((before + jumped) / 2);
    const { offset } = DateTime.fromMillis(middle, { zone: after.zone });
    if (offset === after.offset) jumped = middle;
    else before = middle;
  }
  return Math.round(jumped / 1000) * 1000;
}
