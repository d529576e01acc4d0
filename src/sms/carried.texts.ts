import type { SentMessage } from '../channels/channel.js';
import type { CarriedText } from './carried.text.js';
import type { TwilioProvider } from './twilio.provider.js';

/** From so many on the carrier's list is asked, a page for all, and not each text. */
const MANY = 20;
/** The list begins so much before the oldest message: the carrier's clock is another. */
const SLACK_MS = 60_000;
/** The carrier's longest page. */
const PAGE = 1000;

/** What the carrier knows of these messages, by its id; one that it no longer has is left out. */
export async function carriedTexts(
  provider: TwilioProvider,
  messages: readonly SentMessage[],
): Promise<Map<string, CarriedText>> {
  const texts = messages.length < MANY ? await each(provider, messages) : await list(provider, messages);
  return new Map(texts.map((text) => [text.sid, text]));
}

async function each(provider: TwilioProvider, messages: readonly SentMessage[]): Promise<CarriedText[]> {
  const fetched = await Promise.allSettled(messages.map(({ providerId }) => provider.fetch(providerId)));
  return fetched.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

function list(provider: TwilioProvider, messages: readonly SentMessage[]): Promise<CarriedText[]> {
  const oldest = Math.min(...messages.map(({ sentAt }) => sentAt.getTime()));
  return provider.sentSince(new Date(oldest - SLACK_MS), PAGE);
}
