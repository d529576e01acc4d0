import { ApiError } from './api-error.js';
import type { TextMessage } from './message.js';

/**
 * Numbers that do not behave. docs/sandbox.md lists them for the users of the sandbox.
 * Twilio's own magic numbers are American and mean errors of the API only; ours are Indian mobile numbers,
 * +91 90000 and five digits: the digits are the error. 2xxxx: the API refuses. 3xxxx: it fails on its way.
 */

/** https://www.twilio.com/docs/iam/test-credentials */
const MAGIC_SENDERS: Record<string, number> = {
  '+15005550001': 21212,
  '+15005550007': 21606,
  '+15005550008': 21611,
};
const MAGIC_RECIPIENTS: Record<string, number> = {
  '+15005550001': 21211,
  '+15005550002': 21612,
  '+15005550003': 21408,
  '+15005550004': 21610,
  '+15005550009': 21614,
};

const OURS = /^\+9190000(\d{5})$/;
const STAYS_SENT = 0;
const SLOW = 30;
const SLOW_MS = 30_000;

interface CarrierError {
  readonly status: 'failed' | 'undelivered';
  readonly message: string;
}

/** How a text ends that was taken, by code. */
export const CARRIER_ERRORS: Readonly<Record<number, CarrierError>> = {
  30001: { status: 'failed', message: 'Queue overflow' },
  30002: { status: 'failed', message: 'Account suspended' },
  30003: { status: 'undelivered', message: 'Unreachable destination handset' },
  30004: { status: 'undelivered', message: 'Message blocked' },
  30005: { status: 'undelivered', message: 'Unknown destination handset' },
  30006: { status: 'undelivered', message: 'Landline or unreachable carrier' },
  30007: { status: 'undelivered', message: 'Message filtered' },
  30008: { status: 'undelivered', message: 'Unknown error' },
  30017: { status: 'failed', message: 'Carrier network congestion' },
  30034: { status: 'undelivered', message: 'Message from an unregistered number' },
  30036: { status: 'failed', message: 'Validity period expired' },
};

export function refusalOfSender(from: string): number | undefined {
  return MAGIC_SENDERS[from];
}

/** The error of the API for this recipient, if any. */
export function refusalOfRecipient(to: string): number | undefined {
  const code = MAGIC_RECIPIENTS[to] ?? suffixOf(to);
  return code !== undefined && ApiError.isKnown(code) ? code : undefined;
}

/** How an accepted text ends. */
export interface Fate {
  /** Undefined: it stays `sent` for ever. */
  readonly status: 'delivered' | 'undelivered' | 'failed' | undefined;
  readonly errorCode: number | null;
  /** Added to the usual time, in milliseconds. */
  readonly delay: number;
}

/** By the error that was ordered for this one text, or else by its number. */
export function fateOf({ to, fate }: Pick<TextMessage, 'to' | 'fate'>): Fate {
  const suffix = fate ?? suffixOf(to);
  if (suffix === STAYS_SENT) return { status: undefined, errorCode: null, delay: 0 };
  if (suffix === SLOW) return { status: 'delivered', errorCode: null, delay: SLOW_MS };
  const error = suffix === undefined ? undefined : CARRIER_ERRORS[suffix];
  if (suffix === undefined || !error) return { status: 'delivered', errorCode: null, delay: 0 };
  return { status: error.status, errorCode: suffix, delay: 0 };
}

export function carrierErrorMessage(code: number | null): string | null {
  return code === null ? null : (CARRIER_ERRORS[code]?.message ?? null);
}

/** Lookup knows it, too: the number that ends in 30006 is a landline. */
export function isLandline(number: string): boolean {
  return suffixOf(number) === 30006;
}

function suffixOf(number: string): number | undefined {
  const [, suffix] = OURS.exec(number) ?? [];
  return suffix === undefined ? undefined : Number(suffix);
}
