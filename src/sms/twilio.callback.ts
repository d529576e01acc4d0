import twilio from 'twilio';
import type { ProviderReport } from '../channels/reports.js';
import { DomainError, type FieldError } from '../http/domain.error.js';
import type { TwilioAccount } from './twilio.account.js';
import { reportedFailure } from './twilio.errors.js';
import { statusOfWord } from './twilio.message.js';

/** A status callback as it came: nothing in it is believed yet. */
export interface Callback {
  /** Path and query as they stand in the request line. */
  readonly url: string;
  readonly signature: unknown;
  readonly form: unknown;
}

/** The fields that are used: one value each, of this form. */
const FIELDS = {
  AccountSid: /^AC[0-9a-f]{32}$/i,
  MessageSid: /^(SM|MM)[0-9a-f]{32}$/i,
  MessageStatus: /^[a-z_]{1,32}$/,
  ErrorCode: /^(\d{1,6})?$/,
};

/** What is kept of a callback. Not the recipient: that is on the delivery, where erasure finds it. */
const KEPT = [
  'MessageStatus',
  'ErrorCode',
  'ErrorMessage',
  'From',
  'MessagingServiceSid',
  'RawDlrDoneDate',
  'ChannelStatusMessage',
];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Whether one of our tokens has signed it. Signed is the URL that Twilio called, thus the one we gave it: not
 * the Host header, which behind a proxy is another, and from a stranger anything.
 */
export function isGenuine(
  { tokens, callbackUrl }: Pick<TwilioAccount, 'tokens' | 'callbackUrl'>,
  { url, signature, form }: Callback,
): boolean {
  if (callbackUrl === undefined || typeof signature !== 'string' || !isForm(form)) return false;
  const query = queryOf(url);
  const called = query === '' ? callbackUrl : `${callbackUrl.split('?', 1)[0] ?? ''}?${query}`;
  return tokens.some((token) => token !== '' && twilio.validateRequest(token, signature, called, form));
}

/** The report in a genuine callback; undefined where it says nothing of a text that was sent. */
export function reportOf({ url, form }: Callback, account: TwilioAccount): ProviderReport | undefined {
  const { AccountSid, MessageSid, MessageStatus, ErrorCode } = fieldsOf(form, FIELDS);
  if (AccountSid !== account.sid) throw notGenuine();
  const status = statusOfWord(MessageStatus);
  if (!status) return undefined;
  const failed = status === 'undelivered' || status === 'failed';
  return {
    provider: account.provider,
    providerId: MessageSid,
    ...ourPart(url),
    status,
    ...(failed && { failure: reportedFailure(ErrorCode === '' ? undefined : ErrorCode) }),
    payload: keptOf(form),
  };
}

export const notGenuine = () =>
  new DomainError({
    status: 403,
    code: 'webhook.not-genuine',
    detail:
      'The signature does not fit. PUBLIC_URL (or TWILIO_STATUS_CALLBACK_URL) must be what Twilio calls, ' +
      'and TWILIO_AUTH_TOKEN the token of the account that calls.',
  });

/** The fields as text, a missing one as ''; a DomainError names each that is not of its form. */
export function fieldsOf<Name extends string>(
  form: unknown,
  forms: Readonly<Record<Name, RegExp>>,
): Record<Name, string> {
  const errors: FieldError[] = [];
  const values = isForm(form) ? form : {};
  const fields = Object.entries<RegExp>(forms).map(([name, pattern]) => {
    const value = values[name] ?? '';
    if (typeof value === 'string' && pattern.test(value)) return [name, value];
    errors.push({
      pointer: `/${name}`,
      code: 'field.form',
      detail: `${name} must be one value of its form.`,
    });
    return [name, ''];
  });
  const [first] = errors;
  if (first) throw new DomainError({ status: 400, code: 'webhook.invalid', detail: first.detail, errors });
  return Object.fromEntries(fields) as Record<Name, string>;
}

/** `?d=<delivery>&a=<attempt>`, as `TwilioProvider` gave it. Without it the message's SID decides. */
function ourPart(url: string): Pick<ProviderReport, 'deliveryId' | 'attempt'> {
  const query = new URLSearchParams(queryOf(url));
  const [id, attempt] = [query.get('d') ?? '', query.get('a') ?? ''];
  if (!UUID.test(id) || !/^\d{1,4}$/.test(attempt)) return { deliveryId: null, attempt: null };
  return { deliveryId: id, attempt: Number(attempt) };
}

function keptOf(form: unknown): Record<string, string> {
  const values = isForm(form) ? form : {};
  return Object.fromEntries(
    KEPT.flatMap((name) => {
      const value = values[name];
      return typeof value === 'string' ? [[name, value.slice(0, 500)]] : [];
    }),
  );
}

const queryOf = (url: string) => (url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');

const isForm = (form: unknown): form is Record<string, unknown> => typeof form === 'object' && form !== null;
