import { type Channel, CHANNELS, type Journal } from './journal.js';

/** Milliseconds. */
export interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** What became of a range of notifications. */
export interface Figures {
  readonly sent: number;
  readonly accepted: number;
  readonly refused: number;
  /** Arrived wherever they should. */
  readonly completed: number;
  readonly lost: Readonly<Record<Channel, number>>;
  /** From the first request to the last answer. */
  readonly acceptedPerSecond: number;
  /** From the first request to the last arrival. */
  readonly completedPerSecond: number;
  /** Milliseconds from the request to its answer, and to each channel. */
  readonly latency: Readonly<Partial<Record<'accepted' | Channel, Spread>>>;
}

export const MOMENTS = ['accepted', ...CHANNELS] as const;

export function figuresOf({ times, expects }: Journal, from: number, to: number): Figures {
  const seqs = Array.from({ length: to - from }, (_, index) => from + index);
  const at = (moment: keyof typeof times, seq: number) => times[moment][seq] ?? 0;
  const sent = seqs.filter((seq) => at('sent', seq) > 0);
  const accepted = sent.filter((seq) => at('accepted', seq) > 0);
  const missing = (seq: number, channel: Channel) => expects(seq, channel) && at(channel, seq) === 0;
  const lost = (channel: Channel) => accepted.filter((seq) => missing(seq, channel)).length;
  const completed = accepted.filter((seq) => !CHANNELS.some((channel) => missing(seq, channel)));

  const begin = sent.reduce((least, seq) => Math.min(least, at('sent', seq)), Infinity);
  const perSecond = (some: readonly number[], moments: readonly (keyof typeof times)[]) => {
    const latest = (most: number, seq: number) => Math.max(most, ...moments.map((moment) => at(moment, seq)));
    return some.length === 0 ? 0 : (some.length * 1000) / (some.reduce(latest, 0) - begin);
  };
  const took = (moment: keyof typeof times) =>
    sent.filter((seq) => at(moment, seq) > 0).map((seq) => at(moment, seq) - at('sent', seq));
  return {
    sent: sent.length,
    accepted: accepted.length,
    refused: sent.length - accepted.length,
    completed: completed.length,
    lost: { sms: lost('sms'), email: lost('email'), socket: lost('socket') },
    acceptedPerSecond: perSecond(accepted, ['accepted']),
    completedPerSecond: perSecond(completed, CHANNELS),
    latency: Object.fromEntries(
      MOMENTS.flatMap((moment) => {
        const spread = spreadOf(took(moment));
        return spread ? [[moment, spread] as const] : [];
      }),
    ),
  };
}

/** By the nearest rank: each is a time that was really measured. */
export function spreadOf(times: readonly number[]): Spread | undefined {
  if (times.length === 0) return undefined;
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
