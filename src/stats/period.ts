import { DomainError } from '../http/domain.error.js';
import type { Period } from '../deliveries/delivery-counts.js';

const DAY = 24 * 3_600_000;
const USUAL_DAYS = 7;
const MOST_DAYS = 92;

/** What was asked for, as moments; seven days up to now where nothing was. Throws a DomainError with the cure. */
export function periodOf(asked: {
  created_after?: string | undefined;
  created_before?: string | undefined;
  time_zone: string;
}): Period {
  const { created_after: after, created_before: before, time_zone: timeZone } = asked;
  const to = before === undefined ? new Date() : new Date(before);
  const from = after === undefined ? new Date(+to - USUAL_DAYS * DAY) : new Date(after);
  if (from >= to) throw outOfRange('created_after must be earlier than created_before (or now)');
  if (+to - +from > MOST_DAYS * DAY) {
    throw outOfRange(`created_after must be at most ${MOST_DAYS} days before created_before: ask in pieces`);
  }
  return { from, to, timeZone };
}

function outOfRange(detail: string): DomainError {
  const errors = [{ pointer: '/created_after', code: 'field.period', detail }];
  return new DomainError({ status: 400, code: 'query.invalid', detail: `${detail}.`, errors });
}
