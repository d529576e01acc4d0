import { unprocessable } from '../http/domain.error.js';
import { RefusedWords } from './renderer.js';

/** Refused words as the API tells them: one error for each part, with line and column. Other errors stay. */
export function refused(error: unknown, what: string): unknown {
  if (!(error instanceof RefusedWords)) return error;
  const errors = error.problems.map(({ part, line, column, reason }) => ({
    pointer: part.includes('.') ? `/channels/${part.replace('.', '/')}` : `/${part}`,
    code: 'template.refused',
    detail: `Line ${line}, column ${column}: ${reason}.`,
  }));
  return unprocessable('template.refused', `${what}: ${errors[0]?.detail ?? ''}`, errors);
}
