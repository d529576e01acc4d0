import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { now } from './clock.js';
import { type Figures, figuresOf } from './figures.js';
import type { Journal } from './journal.js';
import type { Watched } from './stack.js';
import { type Usage, usageOf, usageOfAll } from './usage.js';

/** With nothing coming for so long, what is still missing is lost: more than the first retry takes. */
const SILENCE = 15_000;
const LOOK = 25;

export interface ProcessUse {
  readonly name: string;
  /** Milliseconds of CPU for each notification. */
  readonly cpuEach: number;
  /** How many cores were busy with it, on average. */
  readonly cores: number;
  readonly peakMiB: number;
}

/** What one phase showed. */
export interface Phase {
  readonly title: string;
  readonly figures: Figures;
  /** When it began, and when everything was final, by the shared clock. */
  readonly from: number;
  readonly to: number;
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
export async function runPhase(options: PhaseOptions): Promise<Phase> {
  const { title, journal, watched, send, database } = options;
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
  const figures = figuresOf(journal, options.from, options.to);
  const processes = watched.map(({ name }, index) =>
    useOf(name, before[index], after[index], figures.sent, seconds),
  );
  const ours = processes.reduce((sum, { cores }) => sum + cores, 0);
  const othersCores = ((allAfter ?? NaN) - (allBefore ?? NaN)) / 1000 / seconds - ours;
  return {
    title,
    figures,
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
