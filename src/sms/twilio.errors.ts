import type { Explanation } from '../channels/channel.js';
import { DeliveryFailure } from '../channels/failures.js';
import type { ReportedFailure } from '../channels/reports.js';
import { kindOfStatus, masked } from './refused.js';
import { type Meaning, TWILIO_CODES } from './twilio.codes.js';
import { Silence } from '../http/exchange.js';
import { TwilioRefusal } from './twilio.http.js';

/** Sorts whatever was thrown while sending into one class of failure. Never throws. */
export function failureOf(error: unknown, provider: string): DeliveryFailure {
  if (error instanceof DeliveryFailure) return error;
  if (error instanceof TwilioRefusal) return refused(error, provider);
  if (error instanceof Silence && !error.written) {
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

/** What the table says of a code. */
export function explanationOf(code: string): Explanation | undefined {
  const known = meaningOf(code);
  return known && { class: known.kind, sentence: known.says, cure: known.cure };
}

const weightOf = (known: Meaning | undefined) =>
  known ? known.closes && { closes: known.closes } : { unlisted: true };

const meaningOf = (code: string) => (Object.hasOwn(TWILIO_CODES, code) ? TWILIO_CODES[code] : undefined);
