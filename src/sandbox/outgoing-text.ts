import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { ApiError } from './api-error.js';
import type { OutgoingText } from './carrier.js';
import { refusalOfRecipient, refusalOfSender } from './test-numbers.js';

export const MAX_CHARACTERS = 1_600;
const E164 = /^\+[1-9]\d{6,14}$/;
const SHORT_CODE = /^\d{3,8}$/;
const SENDER_ID = /^(?=.*[A-Za-z])[\w &+.:-]{1,11}$/;
const MESSAGING_SERVICE = /^MG[0-9a-f]{32}$/i;

export type Form = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Reads the form of a create as Twilio does: the first thing that is wrong is the answer. */
export function outgoingText(form: Form): OutgoingText {
  const to = field(form, 'To');
  const from = field(form, 'From');
  const messagingServiceSid = field(form, 'MessagingServiceSid');
  const text = field(form, 'Body');
  const statusCallback = field(form, 'StatusCallback');
  if (to === null) throw new ApiError(21604);
  if (from === null && messagingServiceSid === null) throw new ApiError(21603);
  const country = checkRecipient(to, from);
  if (from !== null) checkSender(from, to);
  else if (!MESSAGING_SERVICE.test(messagingServiceSid ?? '')) {
    throw new ApiError(21701, { from: messagingServiceSid ?? '' });
  }
  if (text === null) throw new ApiError(21602);
  if (text.length > MAX_CHARACTERS) throw new ApiError(21617);
  if (statusCallback !== null && !isWebAddress(statusCallback)) {
    throw new ApiError(21609, { callback: statusCallback });
  }
  return { to, country, from, messagingServiceSid, text, statusCallback };
}

/** Returns the recipient's country. */
function checkRecipient(to: string, from: string | null): string | undefined {
  const refusal = refusalOfRecipient(to);
  if (refusal !== undefined) throw new ApiError(refusal, { to, from: from ?? '' });
  const number = E164.test(to) ? parsePhoneNumberFromString(to) : undefined;
  if (!number?.isValid()) throw new ApiError(21211, { to });
  return number.country;
}

/** Every sender of a good form is yours, except the magic ones. */
function checkSender(from: string, to: string): void {
  const refusal = refusalOfSender(from);
  if (refusal !== undefined) throw new ApiError(refusal, { to, from });
  if (![E164, SHORT_CODE, SENDER_ID].some((form) => form.test(from))) throw new ApiError(21212, { from });
  if (from === to) throw new ApiError(21266, { to });
}

const isWebAddress = (url: string) => /^https?:\/\//.test(url) && URL.canParse(url);

/** A field that is empty counts as absent, as it does there. */
function field(form: Form, name: string): string | null {
  const value = form[name];
  const first = typeof value === 'object' ? value[0] : value;
  return first === undefined || first === '' ? null : first;
}
