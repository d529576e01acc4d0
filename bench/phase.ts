import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { now } from './clock.js';
import { type Channel, CHANNELS, type Journal } from './journal.js';
import type { Watched } from './stack.js';
import { type Usage, usageOf, usageOfAll } from './usage.js';

/** With nothing coming for so long, what is still missing is lost: more than the first retry takes. */
const SILENCE = 15_000;
const LOOK = 25;

export interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface ProcessUse {
  readonly name: string;
  /** Milliseconds of CPU for each notification. */
  readonly cpuEach: number;
  /** How many cores were busy with it, on average. */
  readonly cores: number;
  readonly peakMiB: number;
}

/** What one phase showed. */
export interface Figures {
  readonly title: string;
  /** When it began, and when everything was final, by the shared clock. */
  readonly from: number;
  readonly to: number;
  readonly notifications: number;
  readonly accepted: number;
  readonly refused: number;
  readonly completed: number;
  readonly lost: Readonly<Record<Channel, number>>;
  readonly acceptedPerSecond: number;
  readonly completedPerSecond: number;
  /** Milliseconds from the request to its answer, and to each channel. */
  readonly latency: Readonly<Partial<Record<'accepted' | Channel, Spread>>>;
  readonly processes: readonly ProcessUse[];
  /** Cores that were busy with what is none of ours: a measurement is worth what this leaves. */
  readonly othersCores: number;
  /** Milliseconds after the last arrival until every row had its final state; undefined if it did not come. */
  readonly settledAfter: number | undefined;
}

interface PhaseOptions {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly journal: Journal;
  readonly database: pg.Pool;
  readonly watched: readonly Watched[];
  readonly send: () => Promise<void>;
}

/** Sends, waits until everything has come and every row is final, and counts. */
export async function runPhase(options: PhaseOptions): Promise<Figures> {
  const { journal, watched, send, database } = options;
  const before = usages(watched);
  const allBefore = usageOfAll();
  const start = now();
  await send();
  await arrivals(journal);
  const arrived = now();
  const settledAfter = await settled(database);
  const end = now();
  const seconds = (end - start) / 1000;
  const after = usages(watched);
  const allAfter = usageOfAll();
  const count = options.to - options.from;
  const processes = watched.map(({ name }, index) =>
    useOf(name, before[index], after[index], count, seconds),
  );
  const ours = processes.reduce((sum, { cores }) => sum + cores, 0);
  const othersCores = ((allAfter ?? NaN) - (allBefore ?? NaN)) / 1000 / seconds - ours;
  return {
    ...figuresOf(options),
    othersCores,
    from: start,
    to: end,
    processes,
    settledAfter: settledAfter && settledAfter - arrived,
  };
}

async function arrivals(journal: Journal): Promise<void> {
  const quietSince = Math.max(now(), journal.lastAt);
  while (journal.outstanding > 0 && now() - Math.max(quietSince, journal.lastAt) < SILENCE) await sleep(LOOK);
}

const usages = (watched: readonly Watched[]) =>
  watched.map(({ pid, family = false }) => usageOf(pid, { family }));

function useOf(
  name: string,
  before: Usage | undefined,
  after: Usage | undefined,
  count: number,
  seconds: number,
): ProcessUse {
  const cpu = after && before ? after.cpu - before.cpu : NaN;
  const peakMiB = after ? after.memory / 2 ** 20 : NaN;
  return { name, cpuEach: cpu / count, cores: cpu / 1000 / seconds, peakMiB };
}

/** When no delivery is under way any more: of a text, when the carrier has said how it ended. */
async function settled(database: pg.Pool): Promise<number | undefined> {
  let last = Infinity;
  let since = now();
  for (;;) {
    const { rows } = await database.query<{ open: number }>(
      `SELECT count(*)::int AS open FROM deliveries
        WHERE status IN ('pending', 'sending', 'unknown') OR (status = 'sent' AND channel = 'sms')`,
    );
    const open = rows[0]?.open ?? 0;
    if (open === 0) return now();
    if (open < last) since = now();
    else if (now() - since > SILENCE) return undefined;
    last = Math.min(open, last);
    await sleep(4 * LOOK);
  }
}

function figuresOf({ title, from, to, journal }: PhaseOptions) {
  const { times } = journal;
  const part = (name: keyof typeof times) => times[name].subarray(from, to);
  const sent = part('sent');
  const accepted = part('accepted');
  const taken = accepted.filter((at) => at > 0);
  const begin = smallest(sent);
  const lost: Record<Channel, number> = { sms: 0, email: 0, socket: 0 };
  let completed = 0;
  let end = begin;
  for (let seq = from; seq < to; seq += 1) {
    if (times.accepted[seq] === 0) continue;
    const missing = CHANNELS.filter((channel) => journal.expects(seq, channel) && times[channel][seq] === 0);
    for (const channel of missing) lost[channel] += 1;
    if (missing.length > 0) continue;
    completed += 1;
    for (const channel of CHANNELS) end = Math.max(end, times[channel][seq] ?? 0);
  }
  const perSecond = (count: number, until: number) => (count / Math.max(until - begin, 1)) * 1000;
  return {
    title,
    notifications: to - from,
    accepted: taken.length,
    refused: to - from - taken.length,
    completed,
    lost,
    acceptedPerSecond: perSecond(taken.length, largest(taken)),
    completedPerSecond: perSecond(completed, end),
    latency: Object.fromEntries(
      (['accepted', ...CHANNELS] as const).flatMap((name) => {
        const spread = spreadOf(part(name), sent);
        return spread ? [[name, spread] as const] : [];
      }),
    ),
  };
}

const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, value), 0);
const smallest = (values: Float64Array) => values.reduce((least, value) => Math.min(least, value), Infinity);

/** Of what has come. */
function spreadOf(came: Float64Array, sent: Float64Array): Spread | undefined {
  const took = came.map((at, index) => (at === 0 ? NaN : at - (sent[index] ?? NaN))).filter((ms) => ms >= 0);
  if (took.length === 0) return undefined;
  took.sort();
  const at = (share: number) => took[Math.min(took.length - 1, Math.ceil(took.length * share) - 1)] ?? NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
