/** A delivery's attempt, as carriers repeat it to us. */
export interface Reference {
  readonly id: string;
  readonly attempt: number;
}

const FORM = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-(\d{1,4})$/i;

/** Letters, digits and hyphens only: every carrier can keep it. */
export const referenceOf = ({ id, attempt }: Reference): string => `${id}-${attempt}`;

/** Undefined for what is none of ours. */
export function readReference(text: string): Reference | undefined {
  const [, id, attempt] = FORM.exec(text) ?? [];
  return id === undefined ? undefined : { id, attempt: Number(attempt) };
}
