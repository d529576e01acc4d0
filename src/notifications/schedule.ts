import type { Hold } from '../channels/gate.js';
import type { Rule } from '../deliveries/delivery.entity.js';
import type { HoldReason } from '../deliveries/status.js';
import { quietTime, type Window } from './interruptions.js';

/** What of a channel has a say in when its deliveries go. */
export interface ChannelTiming {
  readonly atCommit: boolean;
  /** Whether it reaches people wherever they are, and must heed their hours. */
  readonly interrupts: boolean;
  /** Why nothing goes through it just now; what is accepted waits. */
  readonly hold: Hold | undefined;
}

export interface ScheduleFacts {
  readonly pausedUntil: Date | null;
  readonly sendAt: Date | null;
  /** The sender's own limit. */
  readonly expiresAt: Date | null;
  /** How long it is useful after it was to go, in seconds, where the sender says nothing. */
  readonly validFor: number | null;
  /** The hours that must be open to interrupt. */
  readonly windows: readonly Window[];
  readonly now: Date;
}

/** When a delivery goes, and why not at once. A last rule that skips means never. */
export interface Schedule {
  readonly holdReason: HoldReason | null;
  /** Null: at once, or as soon as the channel is open. */
  readonly dueAt: Date | null;
  readonly expiresAt: Date | null;
  readonly rules: readonly Rule[];
}

/** Pure. `isPaused`: the person wants nothing before the end of their pause. */
export function schedule(channel: ChannelTiming, facts: ScheduleFacts, isPaused: boolean): Schedule {
  const { now } = facts;
  const expiresAt = endOf(channel, facts);
  const start = startOf(facts, isPaused);
  const rules = start.holdReason === 'send_at' ? [scheduled(start.at)] : [];
  const quiet = channel.interrupts ? quietTime(facts.windows, start.at) : undefined;
  if (quiet) rules.push(quiet.rule);
  const dueAt = quiet ? quiet.until : start.at;
  if (dueAt && expiresAt && dueAt > now && dueAt >= expiresAt) rules.push(tooLate(dueAt, expiresAt));
  const holdReason = quiet ? 'quiet_hours' : start.holdReason;
  if (holdReason !== null) return { holdReason, dueAt, expiresAt, rules };
  if (!channel.hold || channel.atCommit) return { holdReason: null, dueAt: null, expiresAt, rules };
  const { reason, detail } = channel.hold;
  const held: Rule = { rule: reason, outcome: 'hold', detail };
  return { holdReason: reason, dueAt: null, expiresAt, rules: [...rules, held] };
}

/** The later of what the sender and the person wish. */
function startOf({ sendAt, pausedUntil, now }: ScheduleFacts, isPaused: boolean) {
  const wished = sendAt && sendAt > now ? sendAt : null;
  const paused = isPaused && pausedUntil && pausedUntil > now ? pausedUntil : null;
  if (paused && (!wished || paused > wished)) return { at: paused, holdReason: 'paused' as const };
  return wished ? { at: wished, holdReason: 'send_at' as const } : { at: now, holdReason: null };
}

/** The inbox keeps everything; other texts are useful for as long as their type says. */
function endOf(
  { atCommit }: ChannelTiming,
  { expiresAt, validFor, sendAt, now }: ScheduleFacts,
): Date | null {
  if (expiresAt !== null || atCommit || validFor === null) return expiresAt;
  return new Date(+(sendAt ?? now) + validFor * 1000);
}

const scheduled = (at: Date): Rule => ({
  rule: 'send_at',
  outcome: 'hold',
  detail: `The sender asked for ${at.toISOString()}.`,
});

export const tooLate = (dueAt: Date, expiresAt: Date): Rule => ({
  rule: 'expired',
  outcome: 'skip',
  detail: `It is useful until ${expiresAt.toISOString()}, and may not go before ${dueAt.toISOString()}.`,
});
