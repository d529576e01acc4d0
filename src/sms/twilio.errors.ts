import { DeliveryFailure, type FailureKind } from '../channels/failures.js';
import type { ReportedFailure } from '../channels/reports.js';
import { type Meaning, TWILIO_CODES } from './twilio.codes.js';
import { TwilioRefusal, TwilioSilence } from './twilio.http.js';

/** Sorts whatever was thrown while sending into one class of failure. Never throws. */
export function failureOf(error: unknown, provider: string): DeliveryFailure {
  if (error instanceof DeliveryFailure) return error;
  if (error instanceof TwilioRefusal) return refused(error, provider);
  if (error instanceof TwilioSilence && !error.written) {
    const message = `Twilio could not be reached: ${error.message}. Nothing was sent.`;
    return new DeliveryFailure({
      kind: 'not_accepted',
      code: 'unreachable',
      message,
      provider,
      cause: error,
    });
  }
  // Also what nobody thought of: when in doubt, Twilio may have it.
  const message = `No answer from Twilio that could be read: ${error instanceof Error ? error.message : 'unknown'}.`;
  return new DeliveryFailure({ kind: 'ambiguous', code: 'no_answer', message, provider, cause: error });
}

function refused(error: TwilioRefusal, provider: string): DeliveryFailure {
  const { status, code = `http_${status}`, retryAfter } = error;
  const known = meaningOf(code);
  return new DeliveryFailure({
    kind: known?.kind ?? kindOfStatus(status),
    code,
    message: known ? `${known.says} ${known.cure}` : masked(error.message),
    provider,
    ...(retryAfter !== undefined && { retryAfter }),
    ...weightOf(known),
    cause: error,
  });
}

/** For codes that the table does not know. */
function kindOfStatus(status: number): FailureKind {
  if (status === 429) return 'not_accepted';
  if (status >= 500 || status === 408) return 'ambiguous';
  if ([401, 403, 404, 405, 407].includes(status) || status < 400) return 'configuration';
  return 'content';
}

/** A code that the table does not know may be anything: once more, then it has failed. */
export function reportedFailure(code: string | undefined): ReportedFailure {
  const known = code === undefined ? undefined : meaningOf(code);
  if (known) {
    return { kind: known.kind, code: code ?? '', message: `${known.says} ${known.cure}`, ...weightOf(known) };
  }
  return {
    unlisted: code !== undefined,
    kind: 'maybe_later',
    code: code ?? 'undelivered',
    message: code === undefined ? 'The carrier gave no reason.' : `The carrier's reason is code ${code}.`,
  };
}

const weightOf = (known: Meaning | undefined) =>
  known ? known.closes && { closes: known.closes } : { unlisted: true };

const meaningOf = (code: string) => (Object.hasOwn(TWILIO_CODES, code) ? TWILIO_CODES[code] : undefined);

/** Twilio's sentences often hold the number; ours are stored and logged. */
const masked = (message: string) => message.replaceAll(/\+?\d(?:[\d ()-]{4,})\d/g, '(number)').slice(0, 300);
