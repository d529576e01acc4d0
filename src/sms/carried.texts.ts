import type { SentMessage } from '../channels/channel.js';
import { type Heard, oneByOne } from './one.by.one.js';
import type { TwilioProvider } from './twilio.provider.js';

/** From so many on the carrier's list is asked, a page for all, and not each text. */
const MANY = 20;
/** The list begins so much before the oldest message, and ends so much after the newest: the carrier's clock is another. */
const SLACK_MS = 60_000;
/** The list is full of others, too: as a rule half of a page is ours, and so many pages at most are read. */
const SHARE = 2;
const MOST_PAGES = 20;
/** The carrier's longest page. Reading it keeps everything else waiting, so it is no longer than it need be. */
const LONGEST_PAGE = 1000;
/** So many that the list does not have are asked after one by one: the carrier sent them much later. */
const MOST_SINGLE = 50;

/**
 * Asks the carrier for these messages. Of many that its list does not have, only the first are asked after. Throws when
 * the carrier gave no answer.
 */
export async function carriedTexts(
  provider: TwilioProvider,
  messages: readonly SentMessage[],
): Promise<Heard> {
  if (messages.length < MANY) return singly(provider, messages);
  const listed = await list(provider, messages);
  const missing = messages.filter(({ providerId }) => !listed.has(providerId)).slice(0, MOST_SINGLE);
  // The carrier does answer: what cannot be fetched has been asked after, and must not be the first for ever.
  const fetched = await singly(provider, missing).catch(() => missing.map(unheard));
  return new Map([...listed, ...fetched]);
}

const unheard = ({ providerId }: SentMessage) => [providerId, undefined] as const;

const singly = (provider: TwilioProvider, messages: readonly SentMessage[]) =>
  oneByOne(messages, (sid) => provider.fetch(sid), MOST_SINGLE);

/** Reads the carrier's list of their time until it has named all of them. */
async function list(provider: TwilioProvider, messages: readonly SentMessage[]): Promise<Heard> {
  const moments = messages.map(({ sentAt }) => sentAt.getTime());
  const [since, until] = [Math.min(...moments) - SLACK_MS, Math.max(...moments) + SLACK_MS];
  const wanted = new Set(messages.map(({ providerId }) => providerId));
  const heard: Heard = new Map();
  let pages = 0;
  const pageSize = Math.min(messages.length * SHARE, LONGEST_PAGE);
  for await (const texts of provider.sentBetween(new Date(since), new Date(until), pageSize)) {
    for (const text of texts) if (wanted.delete(text.sid)) heard.set(text.sid, text);
    pages += 1;
    if (wanted.size === 0 || pages === MOST_PAGES) break;
  }
  return heard;
}
