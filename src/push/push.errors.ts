import type { Explanation } from '../channels/channel.js';
import { type Closing, DeliveryFailure, type FailureKind } from '../channels/failures.js';
import { type Exchanged, retryAfterOf } from '../http/exchange.js';

/** What its breaker and the ledger call whoever carries the messages, whichever browser's service it is. */
export const PROVIDER = 'web_push';

interface Row {
  readonly codes: readonly string[];
  readonly class: FailureKind;
  readonly sentence: string;
  readonly cure: string;
}

const OURS =
  'Compare VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY and VAPID_SUBJECT with those that browsers subscribed with.';
const NOTHING = 'Nothing: it is tried again. A second message takes the place of the first.';

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
    codes: ['429', '503'],
    class: 'not_accepted',
    sentence: 'The push service is too busy.',
    cure: 'Nothing: it is tried again when the push service says so.',
  },
  {
    codes: ['401'],
    class: 'configuration',
    sentence: 'The push service does not accept who we say that we are.',
    cure: OURS,
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

/** Nobody else can have what a subscription is called, so there is nothing to close: it just is not there any more. */
const CLOSES: Closing = 'never';

export function explanationOf(code: string): Explanation | undefined {
  return TABLE.find(({ codes }) => codes.includes(code));
}

/** A failure by its code in the table. */
export function failureBy(code: string, detail = '', more: { cause?: unknown; retryAfter?: number } = {}) {
  const row = explanationOf(code);
  const message = detail === '' ? (row?.sentence ?? code) : detail;
  const kind = row?.class ?? kindOf(code);
  return new DeliveryFailure({
    kind,
    code,
    message,
    provider: PROVIDER,
    closes: CLOSES,
    unlisted: !row,
    ...more,
  });
}

/** Undefined where the push service has taken it. */
export function failureOf({ status, headers, text }: Exchanged): DeliveryFailure | undefined {
  if (status >= 200 && status < 300) return undefined;
  const retryAfter = retryAfterOf(headers['retry-after']);
  return failureBy(String(status), saidIn(text), { ...(retryAfter !== undefined && { retryAfter }) });
}

/** Whether the subscription is gone for good. */
export const isGone = (error: unknown): boolean =>
  error instanceof DeliveryFailure && (error.code === '404' || error.code === '410');

/** By its form alone: of servers it may pass, of clients it stays. */
const kindOf = (code: string): FailureKind => (code.startsWith('5') ? 'not_accepted' : 'content');

/** The push service's own word, without what may be the secret of a subscription. */
function saidIn(text: string): string {
  const said = /"(?:reason|message)"\s*:\s*"([^"]{1,300})"/.exec(text)?.[1] ?? '';
  return said.replace(/\S{40,}/g, '***').replace(/[\p{Cc}\s]+/gu, ' ');
}
