/** A nudge: this delivery is due. Ids only; no person's data leaves Postgres. */
export interface Hint {
  readonly id: string;
  readonly attempt: number;
  readonly priority: number;
}

/** Of the jobs in Redis: a process leaves those of a higher version to newer ones. */
export const HINT_VERSION = 1;
