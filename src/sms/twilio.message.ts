import type { ProviderStatus } from '../deliveries/status.js';
import type { CarriedText } from './carried.text.js';

/** What the SDK gives, as far as it is used here. Its types promise more than the API keeps. */
interface Given {
  readonly sid?: unknown;
  readonly to?: unknown;
  readonly status?: unknown;
  readonly numSegments?: unknown;
  readonly price?: unknown;
  readonly priceUnit?: unknown;
  readonly errorCode?: unknown;
  readonly dateCreated?: unknown;
  readonly dateSent?: unknown;
}

const SID = /^(SM|MM)[0-9a-f]{32}$/i;

/** Undefined where it is no message: then nobody knows what became of the request. */
export function carriedText(given: Given): CarriedText | undefined {
  const { sid, to, status: word } = given;
  if (typeof sid !== 'string' || !SID.test(sid)) return undefined;
  const status = typeof word === 'string' ? statusOfWord(word) : undefined;
  const price = decimal(given.price);
  return {
    sid,
    to: typeof to === 'string' ? to : '',
    word: typeof word === 'string' ? word : 'queued',
    status: status ?? 'queued',
    segments: Number(given.numSegments) || 0,
    price,
    priceUnit: price !== null && typeof given.priceUnit === 'string' ? given.priceUnit.toUpperCase() : null,
    errorCode: typeof given.errorCode === 'number' ? String(given.errorCode) : null,
    createdAt: given.dateCreated instanceof Date ? given.dateCreated : new Date(),
    sentAt: given.dateSent instanceof Date ? given.dateSent : null,
  };
}

const WORDS: Readonly<Record<string, ProviderStatus>> = {
  accepted: 'queued',
  scheduled: 'queued',
  queued: 'queued',
  sending: 'sending',
  sent: 'sent',
  delivered: 'delivered',
  partially_delivered: 'delivered',
  read: 'read',
  undelivered: 'undelivered',
  failed: 'failed',
  canceled: 'cancelled',
};

/** Twilio's word in ours; undefined for one that does not concern what was sent, or that is new. */
export const statusOfWord = (word: string): ProviderStatus | undefined =>
  Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;

/** Twilio writes what the account loses: negative. */
function decimal(price: unknown): string | null {
  const text = typeof price === 'string' || typeof price === 'number' ? String(price) : '';
  return /^-?\d{1,7}(\.\d+)?$/.test(text) ? text.replace('-', '') : null;
}
