import type { DeadLetter } from '../deliveries/interventions.js';
import { type Refusal, REFUSALS } from './refusals.js';

/** A failed delivery, and what became of the wish to try it again. */
export class RetriedView {
  /** Of the delivery. */
  readonly id!: string;
  readonly outcome!: 'retried' | 'would_be_retried' | 'refused';
  /** Why it was refused. @example "suppressed" */
  readonly refusal!: string | null;
  /** The same as a sentence, with its cure. */
  readonly detail!: string;
}

/** One of those that were looked at. */
export class DeadLetterView extends RetriedView {
  readonly notification!: string;
  readonly user!: string;
  readonly type!: string;
  readonly channel!: string;
  /** Why it had failed. */
  readonly reason!: string | null;
  readonly error_code!: string | null;
  readonly error_message!: string | null;
  readonly attempt!: number;
  readonly created_at!: Date;
}

/** How many were refused for the same reason. */
export class RefusedView {
  /** @example "may_have_arrived" */
  readonly refusal!: string;
  readonly count!: number;
  readonly detail!: string;
}

/** How far a replay has come. */
export class ReplayView {
  readonly dry_run!: boolean;
  /** How many failed deliveries this call looked at. */
  readonly seen!: number;
  /** How many of them are due again; in a dry run, how many would be. */
  readonly retried!: number;
  readonly refused!: RefusedView[];
  /** The first ten that were looked at. */
  readonly sample!: DeadLetterView[];
  /** How many more there are behind `next`, counted no further than 100,000. */
  readonly remaining!: number;
  /** To be given as `after` in the next call; null when all have been looked at. */
  readonly next!: string | null;
}

export function retriedView(id: string, refusal: Refusal | null, dryRun = false): RetriedView {
  if (refusal !== null) return { id, outcome: 'refused', refusal, detail: REFUSALS[refusal] };
  return dryRun
    ? { id, outcome: 'would_be_retried', refusal, detail: 'It would be due again at once.' }
    : { id, outcome: 'retried', refusal, detail: 'It is due again at once.' };
}

export function deadLetterView(row: DeadLetter, refusal: Refusal | null, dryRun: boolean): DeadLetterView {
  return Object.assign(retriedView(row.id, refusal, dryRun), {
    notification: row.notificationId,
    user: row.userId,
    type: row.type,
    channel: row.channel,
    reason: row.reason,
    error_code: row.errorCode,
    error_message: row.errorMessage,
    attempt: row.attempt,
    created_at: row.createdAt,
  });
}
