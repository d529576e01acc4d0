import { unprocessable } from '../http/domain.error.js';
import { RefusedWords } from './renderer.js';

/** How many findings one answer lists. */
const ENOUGH = 20;

/** Refused words as the API tells them: one error for each part, with line and column. Other errors stay. */
export function refused(error: unknown, what: string): unknown {
  if (!(error instanceof RefusedWords)) return error;
  const errors = error.problems.slice(0, ENOUGH).map(({ part, line, column, reason }) => ({
    pointer: part.includes('.') ? `/channels/${part.replace('.', '/')}` : `/${part}`,
    code: 'template.refused',
    detail: `Line ${line}, column ${column}: ${reason}.`,
  }));
  return unprocessable('template.refused', `${what}: ${errors[0]?.detail ?? ''}`, errors);
}
