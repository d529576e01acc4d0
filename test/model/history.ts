import { leaving, type Status } from '../../src/deliveries/status.js';

/** What happened in a run, in the order of causes: whatever leads to another call is noted before it is done. */
export type Event =
  | { readonly kind: 'granted'; readonly id: string; readonly token: string }
  | { readonly kind: 'called'; readonly id: string; readonly token: string }
  /** The ledger took a worker's word for how its lease ended. */
  | { readonly kind: 'believed'; readonly id: string; readonly token: string }
  /** The provider said no at once: it surely has nothing of this call. */
  | { readonly kind: 'refused'; readonly id: string }
  /** The provider was asked and has nothing. */
  | { readonly kind: 'not found'; readonly id: string }
  /** The provider took it, and said later that it can be tried again. */
  | { readonly kind: 'given back'; readonly id: string }
  /** An operator wants another try, with whatever risk that has. */
  | { readonly kind: 'retried'; readonly id: string };

export interface Transition {
  readonly id: string;
  readonly before: Status;
  readonly after: Status;
  /** A word of the provider's gave way to one that ranks lower, within one attempt. */
  readonly wentBack: boolean;
}

/** Where a delivery ended, and what the provider knows of its last attempt: null when it has nothing. */
export interface End {
  readonly id: string;
  readonly status: Status;
  readonly atMostOnce: boolean;
  readonly truth: 'delivered' | 'failed' | null;
}

const FINAL: readonly Status[] = ['delivered', 'failed', 'skipped', 'cancelled'];

/** What the guarantees forbid and the history shows; empty when they hold. Pure. */
export function violations(
  events: readonly Event[],
  transitions: readonly Transition[],
  ends: readonly End[],
) {
  return [
    ...transitions.flatMap(illegal),
    ...leaseViolations(events),
    ...ends.flatMap((end) =>
      repeatedCalls(
        end,
        events.filter(({ id }) => id === end.id),
      ),
    ),
    ...ends.flatMap(falseEnd),
  ];
}

function illegal({ id, before, after, wentBack }: Transition): string[] {
  if (wentBack) return [`${id} believed an earlier word of its provider after a later one`];
  if (before === after) return [];
  try {
    leaving(before, after);
    return [];
  } catch {
    return [`${id} went from ${before} to ${after}`];
  }
}

/** A lease is granted once, and is worth one call and one outcome. */
function leaseViolations(events: readonly Event[]): string[] {
  const granted = new Set<string>();
  const called = new Set<string>();
  const believed = new Set<string>();
  return events.flatMap((event) => {
    if (event.kind === 'granted') {
      const twice = granted.has(event.token);
      granted.add(event.token);
      return twice ? [`${event.id} was leased twice with one token`] : [];
    }
    if (event.kind === 'believed') {
      const twice = believed.has(event.token);
      believed.add(event.token);
      return twice ? [`${event.id} took two outcomes of one lease`] : [];
    }
    if (event.kind !== 'called') return [];
    const problem = called.has(event.token)
      ? 'twice with one lease'
      : granted.has(event.token)
        ? ''
        : 'without a lease';
    called.add(event.token);
    return problem ? [`${event.id} was called ${problem}`] : [];
  });
}

/** Between two calls stands a reason why the first one cannot have arrived, or somebody who took the risk. */
function repeatedCalls({ id, atMostOnce }: End, events: readonly Event[]): string[] {
  let hidden = false;
  const problems: string[] = [];
  for (const event of events) {
    if (event.kind === 'called') {
      if (hidden) problems.push(`${id} was called again although the call before may have arrived`);
      hidden = true;
    } else if (event.kind === 'not found') {
      if (!atMostOnce) hidden = false;
    } else if (event.kind !== 'granted' && event.kind !== 'believed') hidden = false;
  }
  return problems;
}

function falseEnd({ id, status, truth }: End): string[] {
  if (!FINAL.includes(status)) return [`${id} is stuck as ${status}`];
  const told = status === 'delivered' || status === 'failed';
  return truth && told && status !== truth
    ? [`${id} ended as ${status}, to the provider it is ${truth}`]
    : [];
}
