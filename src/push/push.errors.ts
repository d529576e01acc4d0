import type { Explanation } from '../channels/channel.js';
import { type Blame, type Closing, DeliveryFailure, type FailureKind } from '../channels/failures.js';
import { type Exchanged, retryAfterOf } from '../http/exchange.js';

interface Row extends Explanation {
  readonly codes: readonly string[];
  /** `Retry-After` is for this subscription alone. */
  readonly waitsAlone?: true;
}

const OURS =
  'Compare VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY and VAPID_SUBJECT with those that browsers subscribed with.';
const NOTHING = 'Nothing: it is tried again. A second message takes the place of the first.';
const ASKED = 'Nothing: it is tried again when the push service says so.';

/**
 * RFC 8030 and 8292, and what the push services of browsers do with them. A second try is harmless: `Topic` replaces it on
 * its way, and the tag on the screen. So what may have arrived is sent again rather than asked for.
 */
const TABLE: readonly Row[] = [
  {
    codes: ['404', '410'],
    class: 'address',
    sentence: 'The browser has given this subscription up: it is removed.',
    cure: 'Nothing: the person turns push on again where they want it.',
  },
  {
    codes: ['413'],
    class: 'content',
    sentence: 'The message is too long for the push service.',
    cure: 'Shorten the title and the body of the template.',
  },
  {
    // The limit is one of the subscription (RFC 8030, section 8.4).
    codes: ['429'],
    class: 'not_accepted',
    sentence: 'The push service has had too many messages for this browser.',
    cure: ASKED,
    waitsAlone: true,
  },
  {
    // 406 is how the service of Windows says it.
    codes: ['406', '503'],
    class: 'not_accepted',
    sentence: 'The push service is too busy.',
    cure: ASKED,
  },
  {
    codes: ['401'],
    class: 'configuration',
    sentence: 'The push service does not accept who we say that we are.',
    cure: OURS,
  },
  {
    codes: ['bad-token'],
    class: 'configuration',
    sentence: 'The push service does not accept the token with which we say who we are.',
    cure: 'Set VAPID_SUBJECT to an address or a site of yours that exists, and see that the clock of this machine is right.',
  },
  {
    // Of this subscription alone: it must not hold those of others.
    codes: ['400', '403'],
    class: 'address',
    sentence: 'The push service does not take messages from us for this subscription.',
    cure: `Where it is one: the person turns push off and on again. Where it is all: ${OURS.replace('Compare', 'compare')}`,
  },
  {
    codes: ['500', '502', '504', 'silence'],
    class: 'not_accepted',
    sentence: 'The push service could not say whether it has the message.',
    cure: NOTHING,
  },
  {
    codes: ['not-allowed'],
    class: 'address',
    sentence: 'The subscription leads to a host that may not be called.',
    cure: 'Add the host to PUSH_HOSTS if it is a push service.',
  },
  {
    codes: ['bad-keys'],
    class: 'address',
    sentence: 'The keys of the subscription are none.',
    cure: 'Nothing: the person turns push on again.',
  },
  {
    codes: ['other-key'],
    class: 'address',
    sentence:
      'The browser subscribed with another VAPID key than the present one, so its push service takes nothing from us.',
    cure: 'Nothing: it subscribes anew when the person next opens a page of yours. Or set the pair of keys from before again.',
  },
  {
    codes: ['unsubscribed'],
    class: 'address',
    sentence: 'The person had removed this device before the message went.',
    cure: 'Nothing.',
  },
  {
    codes: ['unread'],
    class: 'not_accepted',
    sentence: 'The subscription could not be read: nothing was sent.',
    cure: 'Nothing: it is tried again.',
  },
  { codes: ['off'], class: 'configuration', sentence: 'Push is off.', cure: OURS },
];

/** What a service says in words, where its status alone says less or something else: Google, Mozilla, Apple. */
const WORDS: readonly (readonly [said: RegExp, code: string])[] = [
  [/VapidPkHashMismatch|public key mismatch|not correspond to|UnauthorizedRegistration/i, 'other-key'],
  [/BadJwtToken/, 'bad-token'],
];
const REFUSALS: readonly number[] = [400, 401, 403];

/** Nobody else can have what a subscription is called, so there is nothing to close: it just is not there any more. */
const CLOSES: Closing = 'never';

interface More {
  /** The push service's own word. */
  readonly detail?: string;
  readonly retryAfter?: number;
  readonly blames?: Blame;
  readonly cause?: unknown;
}

const rowOf = (code: string) => TABLE.find(({ codes }) => codes.includes(code));

export function explanationOf(code: string): Explanation | undefined {
  const row = rowOf(code);
  return row && { class: row.class, sentence: row.sentence, cure: row.cure };
}

/** A failure by its code in the table. */
export function failureBy(code: string, provider: string, { detail = '', ...more }: More = {}) {
  const row = rowOf(code);
  return new DeliveryFailure({
    kind: row?.class ?? kindOf(code),
    code,
    message: detail === '' ? (row?.sentence ?? code) : detail,
    provider,
    closes: CLOSES,
    waitsAlone: row?.waitsAlone ?? false,
    unlisted: !row,
    ...more,
  });
}

/** The same where the push service was not called: nothing is learnt of it. */
export const uncalled = (code: string, provider: string, cause?: unknown) =>
  failureBy(code, provider, { blames: 'nobody', cause });

/** Undefined where the push service has taken it. */
export function failureOf(
  { status, headers, text }: Exchanged,
  provider: string,
): DeliveryFailure | undefined {
  if (status >= 200 && status < 300) return undefined;
  const code = (REFUSALS.includes(status) && codeIn(text)) || String(status);
  const retryAfter = retryAfterOf(headers['retry-after']);
  return failureBy(code, provider, { detail: saidIn(text), ...(retryAfter !== undefined && { retryAfter }) });
}

/** Whether the subscription is gone for good. */
export const isGone = (error: unknown): boolean =>
  error instanceof DeliveryFailure && (error.code === '404' || error.code === '410');

/** By its form alone: of servers it may pass, of clients it stays. */
const kindOf = (code: string): FailureKind => (code.startsWith('5') ? 'not_accepted' : 'content');

const codeIn = (text: string) => WORDS.find(([said]) => said.test(text))?.[1];

/** The push service's own word, be it JSON or plain text, without what may be the secret of a subscription. */
function saidIn(text: string): string {
  const inJson = /"(?:reason|message)"\s*:\s*"([^"]{1,300})"/.exec(text)?.[1];
  const said = inJson ?? (/^\s*[<{[]/.test(text) ? '' : text.slice(0, 300));
  return said
    .replace(/\S{40,}/g, '***')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
}
