import { type FieldError, unprocessable } from '../http/domain.error.js';

const ZONE = /(Z|[+-]\d\d:?\d\d)$/i;
const YEAR = 366 * 24 * 3600 * 1000;

/** When a notification may go, and until when. */
export interface Timing {
  /** Null means at once. */
  readonly sendAt: Date | null;
  readonly expiresAt: Date | null;
}

export function timingOf(asked: { send_at?: string; expires_at?: string }, now: Date): Timing {
  const errors: FieldError[] = [];
  const sendAt = instant(asked.send_at, '/send_at', errors);
  const expiresAt = instant(asked.expires_at, '/expires_at', errors);
  if (sendAt && +sendAt > +now + YEAR) {
    errors.push({
      pointer: '/send_at',
      code: 'field.too-late',
      detail: 'send_at may be at most a year ahead',
    });
  }
  const start = sendAt && sendAt > now ? sendAt : now;
  if (expiresAt && expiresAt <= start) {
    const detail = `expires_at must be later than ${start === now ? 'now' : 'send_at'}, or nothing could be sent`;
    errors.push({ pointer: '/expires_at', code: 'field.too-early', detail });
  }
  if (errors.length > 0) throw unprocessable('request.invalid', `${errors[0]?.detail ?? ''}.`, errors);
  return { sendAt: sendAt && sendAt > now ? sendAt : null, expiresAt };
}

function instant(value: string | undefined, pointer: string, errors: FieldError[]): Date | null {
  if (value === undefined) return null;
  const date = new Date(value);
  if (ZONE.test(value) && !Number.isNaN(+date)) return date;
  const detail = `${pointer.slice(1)} must name a moment with its time zone, as 2026-01-05T09:30:00+05:30`;
  errors.push({ pointer, code: 'field.instant', detail });
  return null;
}
