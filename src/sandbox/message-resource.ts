import type { TextMessage } from './message.js';
import { carrierErrorMessage } from './test-numbers.js';

const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 1_000;
const DAY_MS = 86_400_000;

const DIRECTIONS = { outbound: 'outbound-api', inbound: 'inbound', reply: 'outbound-reply' };

/** A message as Twilio's API shows it: https://www.twilio.com/docs/messaging/api/message-resource */
export function messageResource(message: TextMessage, accountSid: string): object {
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${message.id}`;
  return {
    account_sid: accountSid,
    api_version: '2010-04-01',
    body: message.text,
    date_created: rfc2822(message.receivedAt),
    date_sent: message.sentAt === null ? null : rfc2822(message.sentAt),
    date_updated: rfc2822(message.updatedAt),
    direction: DIRECTIONS[message.direction],
    error_code: message.errorCode,
    error_message: message.errorMessage ?? carrierErrorMessage(message.errorCode),
    from: message.from,
    messaging_service_sid: message.messagingServiceSid,
    num_media: '0',
    // A messaging service has not looked at the text yet when it accepts it.
    num_segments: message.status === 'accepted' ? '0' : String(message.segments),
    price: message.price,
    price_unit: 'USD',
    sid: message.id,
    status: message.status,
    subresource_uris: { media: `${uri}/Media.json` },
    to: message.to,
    uri: `${uri}.json`,
  };
}

/** One page of messages (newest first). The token names the last message seen, so new ones move nothing. */
export function messagePage(
  messages: readonly TextMessage[],
  path: string,
  query: URLSearchParams,
  resource: (message: TextMessage) => object,
): object {
  const size = Math.min(Math.max(Number(query.get('PageSize')) || DEFAULT_PAGE_SIZE, 1), MAX_PAGE_SIZE);
  const page = Math.max(Number(query.get('Page')) || 0, 0);
  const token = query.get('PageToken');
  const last = token === null ? -1 : messages.findIndex(({ id }) => token === `PA${id}`);
  const start = token === null ? page * size : last + 1;
  const shown = messages.slice(start, start + size);
  const uri = (number: number, after?: TextMessage) => pageUri(path, query, size, number, after);
  const hasMore = start + size < messages.length;
  return {
    end: page * size + Math.max(shown.length - 1, 0),
    first_page_uri: uri(0),
    messages: shown.map(resource),
    next_page_uri: hasMore ? uri(page + 1, shown.at(-1)) : null,
    page,
    page_size: size,
    previous_page_uri: page > 0 ? uri(page - 1) : null,
    start: page * size,
    uri: `${path}?${query.toString()}`,
  };
}

function pageUri(path: string, query: URLSearchParams, size: number, page: number, after?: TextMessage) {
  const next = new URLSearchParams(query);
  next.delete('PageToken');
  next.set('PageSize', String(size));
  next.set('Page', String(page));
  if (after) next.set('PageToken', `PA${after.id}`);
  return `${path}?${next.toString()}`;
}

/** To, From and the three forms of DateSent. A text that is not sent yet counts by when it was made. */
export function isAskedFor(message: TextMessage, query: URLSearchParams): boolean {
  const sent = message.sentAt ?? message.receivedAt;
  const [on, before, after] = ['DateSent', 'DateSent<', 'DateSent>'].map((name) => query.get(name));
  return (
    (query.get('To') ?? message.to) === message.to &&
    (query.get('From') ?? message.from) === message.from &&
    (!on || (sent >= startOf(on) && sent < endOf(on))) &&
    (!before || sent < endOf(before)) &&
    (!after || sent >= startOf(after))
  );
}

const startOf = (date: string): number => Date.parse(date);
/** A bare date is its whole day, a time its whole second: that is all Twilio keeps. */
const endOf = (date: string): number => startOf(date) + (date.includes('T') ? 1_000 : DAY_MS);

export function rfc2822(time: number): string {
  return new Date(time).toUTCString().replace('GMT', '+0000');
}
