import type { Answered } from './client.js';
import type { Stage, StageOptions } from './stage.js';

/** How large a run is. */
export interface Scale {
  /** Notifications of an experiment; one that is about something else takes its share of it. */
  readonly count: number;
  /** The short form of `npm test`: shorter outages, and no verdict on how fast a busy machine is. */
  readonly short: boolean;
  readonly seed: string;
}

/** One thing that an experiment was to show, as a sentence with the number in it. */
export interface Finding {
  readonly what: string;
  readonly holds: boolean;
}

/** What an experiment does to the service while notifications are under way. */
export interface Experiment {
  /** As in docs/reliability.md. */
  readonly number: string;
  readonly title: string;
  readonly stage: (scale: Scale) => Omit<StageOptions, 'name'>;
  /** Returns when all is sent and the last fault is over. */
  readonly run: (stage: Stage, scale: Scale) => Promise<Finding[]>;
  /** What shows only when everything is quiet. */
  readonly afterwards?: (stage: Stage, scale: Scale) => Promise<Finding[]>;
}

/** A number that must not be more than that. */
export const atMost = (what: string, number: number, most: number, unit = ''): Finding => ({
  what: `${what}: ${rounded(number)}${unit} (at most ${rounded(most)}${unit})`,
  holds: number <= most,
});

export const exactly = (what: string, number: number, wanted: number): Finding => ({
  what: `${what}: ${rounded(number)}${number === wanted ? '' : ` (must be ${rounded(wanted)})`}`,
  holds: number === wanted,
});

/** So many seconds at most; in the short form, that it came at all: it says nothing of how fast a busy machine is. */
export const inTime = ({ short }: Scale, what: string, milliseconds: number, most: number): Finding => ({
  what: `${what}: ${(milliseconds / 1000).toFixed(2)} s (at most ${rounded(most)} s)`,
  holds: short ? Number.isFinite(milliseconds) : milliseconds <= most * 1000,
});

/** Answers that are no 202. A busy machine may keep the database from answering in time: in the short form a 503 is one. */
export const refusalsIn = ({ short }: Scale, answers: readonly Answered[]): Answered[] =>
  answers.filter(({ status }) => status !== 202 && !(short && status === 503));

/** Told for what it is worth; nothing depends on it. */
export const told = (what: string): Finding => ({ what, holds: true });

const rounded = (number: number) => (Number.isInteger(number) ? String(number) : number.toFixed(1));
