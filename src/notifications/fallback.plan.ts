import type { Rule } from '../deliveries/delivery.entity.js';
import type { ChainStep } from '../templates/templates.service.js';
import type { PlannedDelivery } from './planner.js';

/** Nobody learns after three days what became of a message: what waits for it ends then, in seconds. */
const LONGEST = 3 * 86_400;
/** After so many seconds it is looked whether an event was lost. */
const FIRST_LOOK = 60;

/** A planned delivery's place in a chain, as the ledger keeps it. */
export interface Place {
  readonly follows?: string;
  readonly followIf?: 'failed' | 'undelivered' | 'unread';
  readonly followAfter?: number | null;
  readonly lookAt?: Date;
  /** Others wait for it. */
  readonly followed?: boolean;
}

type Placed = PlannedDelivery & Place;

/** The step before, with the moment at which it goes if nothing intervenes. */
interface Before {
  readonly channel: string;
  readonly at: Date;
}

/**
 * Puts the steps of a chain behind each other: all but the first wait for the one before them. A step of which
 * nothing goes, for whatever reason, is passed over. Channels outside the chain stay as they are.
 */
export function chained(
  plan: readonly PlannedDelivery[],
  chain: readonly ChainStep[],
  now: Date,
): readonly Placed[] {
  if (chain.length === 0) return plan;
  const placed = new Map<PlannedDelivery, Placed>();
  let before: Before | undefined;
  for (const step of chain) {
    const rows = plan.filter(({ channel, status }) => channel === step.channel && status !== 'skipped');
    if (rows.length === 0) continue;
    if (before) {
      markFollowed(plan, before.channel, placed);
      for (const row of rows) placed.set(row, waiting(row, step, before));
    }
    before = { channel: step.channel, at: momentOf(rows, step, before, now) };
  }
  return plan.map((row) => placed.get(row) ?? row);
}

function markFollowed(
  plan: readonly PlannedDelivery[],
  channel: string,
  placed: Map<PlannedDelivery, Placed>,
) {
  for (const row of plan.filter((one) => one.channel === channel && one.status !== 'skipped')) {
    placed.set(row, { ...(placed.get(row) ?? row), followed: true });
  }
}

function momentOf(
  rows: readonly PlannedDelivery[],
  step: ChainStep,
  before: Before | undefined,
  now: Date,
): Date {
  if (before) return lookAt(step, before);
  return new Date(Math.max(...rows.map(({ dueAt }) => +(dueAt ?? now))));
}

const lookAt = ({ after }: ChainStep, { at }: Before) =>
  new Date(+at + (after === 'failed' ? FIRST_LOOK : after) * 1000);

/** It never is due by itself: it is let go, or ends when it would be of no use. */
function waiting(row: PlannedDelivery, step: ChainStep, before: Before): Placed {
  const { after, unless } = step;
  const end = row.expiresAt ?? new Date(+before.at + LONGEST * 1000);
  // The one before may be held for so long that it gives way.
  const halfway = (+before.at + +end) / 2;
  return {
    ...row,
    status: 'pending',
    holdReason: 'fallback',
    dueAt: end,
    expiresAt: end,
    rules: [...row.rules, ruleOf(step, before)],
    follows: before.channel,
    followIf: after === 'failed' ? 'failed' : unless === 'read' ? 'unread' : 'undelivered',
    followAfter: after === 'failed' ? null : after,
    lookAt: new Date(Math.min(+lookAt(step, before), halfway)),
  };
}

function ruleOf({ after, unless }: ChainStep, { channel }: Before): Rule {
  const reached = unless === 'read' ? 'the person has read it' : `it has arrived by ${channel}`;
  const when =
    after === 'failed' ? '' : `, or ${after} seconds after that has gone, unless ${reached} by then`;
  const detail = `It stands in for ${channel}: it goes when that has failed${when}.`;
  return { rule: 'fallback', outcome: 'hold', detail };
}
