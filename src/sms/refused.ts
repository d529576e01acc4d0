import type { FailureKind } from '../channels/failures.js';

/** The class of a refusal whose code no table has, by its HTTP status. */
export function kindOfStatus(status: number): FailureKind {
  if (status === 429) return 'not_accepted';
  if (status >= 500 || status === 408) return 'ambiguous';
  if (status < 400 || [401, 403, 404, 405, 407].includes(status)) return 'configuration';
  return 'content';
}

/** Twilio's sentences often hold the number; ours are stored and logged. */
export const masked = (message: string) =>
  message.replaceAll(/\+?\d(?:[\d ()-]{4,})\d/g, '(number)').slice(0, 300);
