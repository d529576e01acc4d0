import type { DeadLetter } from '../deliveries/interventions.js';

/** Why a delivery that has failed is not tried again, for programs; and the same, with the cure, for people. */
export const REFUSALS = {
  not_failed: 'It has not failed: only what has failed can be tried again.',
  expired: 'Its time is over: send a new notification if it still matters.',
  erased: 'Its words have been kept as long as they may be, and are erased: send a new notification.',
  suppressed: 'The address must not be used: ask the person for another one.',
  may_have_arrived:
    'Nobody knows whether it arrived: trying again may send it twice. Say `force` to do it all the same.',
  same_words:
    'The provider refused these words and will refuse them again: change the template and send anew, or say `force`.',
} as const;
export type Refusal = keyof typeof REFUSALS;

/** What `force` overrides: a risk that somebody may take. An address that is closed, and a time that is over, it is not. */
const RISKS: Readonly<Record<string, Refusal>> = {
  unknown_outcome: 'may_have_arrived',
  content: 'same_words',
};

/** What stands against another try; null when nothing does. Pure: what is closed is an argument. */
export function refusalOf(
  { erased, expired, reason }: Pick<DeadLetter, 'erased' | 'expired' | 'reason'>,
  suppressed: boolean,
  force: boolean,
): Refusal | null {
  if (erased) return 'erased';
  if (expired) return 'expired';
  if (suppressed) return 'suppressed';
  return force ? null : (RISKS[reason ?? ''] ?? null);
}
