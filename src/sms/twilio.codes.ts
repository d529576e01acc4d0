import type { Closing, FailureKind } from '../channels/failures.js';

export interface Meaning {
  readonly kind: FailureKind;
  /** What happened, for people. */
  readonly says: string;
  readonly cure: string;
  /** Where the code says less of the address than its class. */
  readonly closes?: Closing;
}

const RETRIED = 'Nothing: it is tried again.';
const SENDER = 'Set TWILIO_PHONE_NUMBER or TWILIO_MESSAGING_SERVICE_SID to a sender of this account.';
const SERVICE = 'Mend the messaging service in the console, or set TWILIO_PHONE_NUMBER instead.';
const NUMBER = 'Ask the person for another number.';
const WORDS = 'Change the words of the template.';
const REGISTER = "Finish the sender's registration in the console, under Messaging, Regulatory compliance.";

/**
 * Twilio's codes, each in exactly one class of failure, for the answer to a request and for what is reported
 * later alike: with a messaging service the same code may come either way. From the published dictionary
 * (twilio.com/docs/api/errors). docs/guide-twilio.md shows this table; a test keeps the two the same.
 */
export const TWILIO_CODES: Readonly<Record<string, Meaning>> = {
  // Surely not accepted: again later.
  20429: { kind: 'not_accepted', says: 'Too many requests at once.', cure: RETRIED },
  21611: {
    kind: 'not_accepted',
    says: "The sender's queue is full.",
    cure: `${RETRIED} Often: add senders.`,
  },
  21730: { kind: 'not_accepted', says: 'Twilio is under maintenance.', cure: RETRIED },
  30001: { kind: 'not_accepted', says: 'The queue overflowed.', cure: `${RETRIED} Often: add senders.` },
  30017: { kind: 'not_accepted', says: "The carrier's network is congested.", cure: RETRIED },
  30022: { kind: 'not_accepted', says: 'Faster than the carrier allows.', cure: RETRIED },
  30036: {
    kind: 'not_accepted',
    says: 'It waited in the queue for too long.',
    cure: `${RETRIED} Often: add senders.`,
  },

  // Perhaps later: once more.
  30003: {
    kind: 'maybe_later',
    says: 'The phone is off or out of reach.',
    cure: 'Nothing: it is tried once more.',
    closes: 'when_repeated',
  },
  30008: {
    kind: 'maybe_later',
    says: 'The carrier gave no reason.',
    cure: 'Nothing: it is tried once more.',
  },
  30410: {
    kind: 'maybe_later',
    says: 'The carrier did not answer Twilio.',
    cure: 'Nothing: it is tried once more.',
  },
  30450: {
    kind: 'maybe_later',
    says: 'The number is blocked for the moment.',
    cure: 'Nothing: it is tried once more.',
  },

  // This address does not work.
  21211: { kind: 'address', says: 'The number is not valid.', cure: NUMBER },
  21214: { kind: 'address', says: 'The number cannot be reached.', cure: NUMBER },
  21217: { kind: 'address', says: 'The number does not seem to be valid.', cure: NUMBER },
  21265: { kind: 'address', says: 'The number is a short code.', cure: NUMBER },
  21268: { kind: 'address', says: 'The number is a premium number.', cure: NUMBER },
  21612: {
    kind: 'address',
    says: 'No route from this sender to the number.',
    cure: `${NUMBER} Many: change the sender.`,
  },
  21614: { kind: 'address', says: 'The number is not a mobile number.', cure: NUMBER },
  21635: { kind: 'address', says: 'The number is a landline.', cure: NUMBER },
  30005: {
    kind: 'address',
    says: 'The number is unknown or no longer in use.',
    cure: NUMBER,
    closes: 'when_repeated',
  },
  30006: { kind: 'address', says: 'A landline, or a carrier out of reach.', cure: NUMBER },
  30011: { kind: 'address', says: 'The number cannot get messages of this kind.', cure: NUMBER },

  // The person said stop.
  21610: {
    kind: 'stopped',
    says: 'The person has replied STOP.',
    cure: 'Only their START brings them back.',
  },
  30004: {
    kind: 'stopped',
    says: 'The number or its carrier blocks the message.',
    cure: 'Only the person can undo it.',
    closes: 'when_repeated',
  },

  // The same words will be refused again.
  21602: { kind: 'content', says: 'The text is empty.', cure: WORDS },
  21605: { kind: 'content', says: 'The text is too long.', cure: WORDS },
  21617: { kind: 'content', says: 'The text is longer than 1600 characters.', cure: WORDS },
  21618: { kind: 'content', says: 'The text cannot be sent.', cure: WORDS },
  21619: { kind: 'content', says: 'There is nothing to send.', cure: WORDS },
  30007: {
    kind: 'content',
    says: 'The message was filtered.',
    cure: `${WORDS} Links and capitals are often why.`,
  },
  30019: { kind: 'content', says: 'Larger than the carrier allows.', cure: WORDS },
  30034: { kind: 'content', says: 'Sent to the USA from an unregistered number.', cure: REGISTER },
  30038: {
    kind: 'content',
    says: 'One-time codes are filtered here.',
    cure: 'Send codes through a route made for them.',
  },
  30044: {
    kind: 'content',
    says: 'Too long for a trial account.',
    cure: 'Shorten the text, or upgrade the account.',
  },

  // Not from this account to this country or number.
  21408: {
    kind: 'country',
    says: 'The account may not text to this country.',
    cure: 'Allow it in the console: Messaging, Settings, Geo permissions.',
  },
  21608: {
    kind: 'country',
    says: 'A trial account texts verified numbers only.',
    cure: 'Verify the number in the console, or upgrade the account.',
  },
  21266: { kind: 'country', says: 'Sender and recipient are the same.', cure: NUMBER },
  30018: { kind: 'country', says: 'This country wants the sender ID registered.', cure: REGISTER },
  30024: { kind: 'country', says: 'This country wants the sender registered.', cure: REGISTER },

  // Ours to mend: nothing is lost, it waits.
  20003: {
    kind: 'configuration',
    says: 'Twilio does not accept the credentials.',
    cure: 'Check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, and the balance of the account.',
  },
  20005: {
    kind: 'configuration',
    says: 'The account is not active.',
    cure: 'See the console for the reason.',
  },
  20006: {
    kind: 'configuration',
    says: 'The account may not do this.',
    cure: 'See the console for the reason.',
  },
  20008: {
    kind: 'configuration',
    says: 'Test credentials cannot do this.',
    cure: 'Set the live credentials.',
  },
  20010: {
    kind: 'configuration',
    says: 'This is switched off for the account.',
    cure: 'See the console for the reason.',
  },
  20403: {
    kind: 'configuration',
    says: 'The account may not do this.',
    cure: 'See the console for the reason.',
  },
  20404: {
    kind: 'configuration',
    says: 'The account or the address of the API is wrong.',
    cure: 'Check TWILIO_ACCOUNT_SID and TWILIO_API_BASE_URL.',
  },
  21212: { kind: 'configuration', says: 'The sender is not valid.', cure: SENDER },
  21267: {
    kind: 'configuration',
    says: 'A trial account has no sender IDs.',
    cure: 'Set TWILIO_PHONE_NUMBER to a number, or upgrade the account.',
  },
  21601: { kind: 'configuration', says: 'The sender cannot send texts.', cure: SENDER },
  21603: { kind: 'configuration', says: 'There is no sender.', cure: SENDER },
  21606: { kind: 'configuration', says: 'The sender cannot send texts there.', cure: SENDER },
  21607: { kind: 'configuration', says: 'A trial account sends from its own number only.', cure: SENDER },
  21609: {
    kind: 'configuration',
    says: 'The address for callbacks is not valid.',
    cure: 'Set PUBLIC_URL or TWILIO_STATUS_CALLBACK_URL to a public URL.',
  },
  21657: { kind: 'configuration', says: 'The sender ID is not valid.', cure: SENDER },
  21659: { kind: 'configuration', says: 'The sender is not a number of Twilio.', cure: SENDER },
  21660: { kind: 'configuration', says: 'The sender belongs to another account.', cure: SENDER },
  21661: { kind: 'configuration', says: 'The sender cannot send texts.', cure: SENDER },
  21701: { kind: 'configuration', says: 'The messaging service does not exist.', cure: SERVICE },
  21702: { kind: 'configuration', says: 'The messaging service is not available.', cure: SERVICE },
  21703: {
    kind: 'configuration',
    says: 'The messaging service has no sender for this number.',
    cure: SERVICE,
  },
  21704: { kind: 'configuration', says: 'The messaging service has no sender.', cure: SERVICE },
  21705: { kind: 'configuration', says: 'The messaging service is not valid.', cure: SERVICE },
  30002: {
    kind: 'configuration',
    says: 'The account is suspended.',
    cure: 'See the console for the reason.',
  },
  30032: { kind: 'configuration', says: 'The toll-free sender is not verified.', cure: REGISTER },
  30033: { kind: 'configuration', says: "The sender's campaign is suspended.", cure: REGISTER },
};
