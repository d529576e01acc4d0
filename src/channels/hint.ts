/** A nudge: this delivery is due. Ids only; no person's data leaves Postgres. */
export interface Hint {
  readonly id: string;
  readonly attempt: number;
  readonly priority: number;
}
