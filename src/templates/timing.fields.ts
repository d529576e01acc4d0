import type { ChainStep, Hours } from './catalogue.js';
import type { Entry } from './yaml.reader.js';

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;
const MOST_STEPS = 5;

/** When a category may come: `{ from: '10:00', to: '21:00', time_zone: Asia/Kolkata }`. */
export function readHours(entry: Entry): Hours | null {
  const fields = entry.fields(['from', 'to', 'time_zone']);
  const from = clock(fields.get('from'), entry, 'from');
  const to = clock(fields.get('to'), entry, 'to');
  const timeZone = zone(fields.get('time_zone'), entry);
  return from !== undefined && to !== undefined && timeZone !== undefined ? { from, to, timeZone } : null;
}

function clock(entry: Entry | undefined, parent: Entry, name: string): string | undefined {
  if (!entry) {
    parent.complain(`${name} is missing`);
    return undefined;
  }
  const value = entry.text();
  if (value === undefined || CLOCK.test(value) || (name === 'to' && value === '24:00')) return value;
  entry.complain(`must be a time of day in quotes, as '09:30'`);
  return undefined;
}

function zone(entry: Entry | undefined, parent: Entry): string | undefined {
  if (!entry) {
    parent.complain('time_zone is missing');
    return undefined;
  }
  const value = entry.text();
  try {
    if (value !== undefined) new Intl.DateTimeFormat('en', { timeZone: value });
    return value;
  } catch {
    entry.complain('is not a time zone: write it as Asia/Kolkata');
    return undefined;
  }
}

/** One channel after the other: the first goes at once, each other stands in for the one before it. */
export function readChain(entry: Entry): ChainStep[] {
  const items = entry.list();
  const steps = items.flatMap((item, index) => readStep(item, index) ?? []);
  const names = steps.map(({ channel }) => channel);
  if (new Set(names).size < names.length) entry.complain('names a channel twice');
  if (items.length < 2 || items.length > MOST_STEPS) {
    entry.complain(`must have 2 to ${MOST_STEPS} steps: a channel, and what stands in for it`);
  }
  return steps;
}

function readStep(entry: Entry, index: number): ChainStep | undefined {
  const fields = entry.fields(index === 0 ? ['channel'] : ['channel', 'after', 'unless']);
  const channel = fields.get('channel')?.text();
  if (!fields.has('channel')) entry.complain('channel is missing');
  const after = waitOf(fields.get('after'));
  const unless = fields.get('unless');
  if (unless && after === 'failed') unless.complain('goes with a length of time in `after` only');
  if (channel === undefined || after === undefined) return undefined;
  return { channel, after, unless: unless?.choice(['delivered', 'read']) ?? 'delivered' };
}

function waitOf(entry: Entry | undefined): ChainStep['after'] | undefined {
  return entry === undefined || entry.is('failed') ? 'failed' : entry.duration();
}
