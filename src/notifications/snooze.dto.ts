import { IsString } from 'class-validator';
import { type FieldError, unprocessable } from '../http/domain.error.js';

const ZONE = /(Z|[+-]\d\d:?\d\d)$/i;
const YEAR = 366 * 24 * 3600 * 1000;

export class SnoozeNotification {
  /**
   * When it comes back: a moment with its time zone, at most a year ahead.
   * @example "2026-01-05T09:00:00+05:30"
   */
  @IsString()
  until!: string;
}

/** The moment that was asked for, or what is wrong with it. */
export function returnOf({ until }: SnoozeNotification, now: Date): Date {
  const moment = new Date(until);
  if (!ZONE.test(until) || Number.isNaN(+moment)) {
    throw refusal(
      'field.instant',
      'until must name a moment with its time zone, as 2026-01-05T09:00:00+05:30',
    );
  }
  if (moment <= now) throw refusal('field.too-early', 'until must be later than now');
  if (+moment > +now + YEAR) throw refusal('field.too-late', 'until may be at most a year ahead');
  return moment;
}

function refusal(code: string, detail: string) {
  const errors: FieldError[] = [{ pointer: '/until', code, detail }];
  return unprocessable('request.invalid', `${detail}.`, errors);
}
