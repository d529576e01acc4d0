import type { SentMessage } from '../channels/channel.js';
import { DeliveryFailure } from '../channels/failures.js';
import type { CarriedText } from './carried.text.js';

/** What a carrier said, by its id: undefined for one that it no longer has. What was not asked after is not there. */
export type Heard = Map<string, CarriedText | undefined>;

/**
 * Asks a carrier for each of these messages, so many at once. One question that fails is one that has been asked;
 * where none at all was answered the first failure is thrown.
 */
export async function oneByOne(
  messages: readonly SentMessage[],
  fetch: (providerId: string) => Promise<CarriedText>,
  atOnce: number,
): Promise<Heard> {
  const heard: Heard = new Map();
  const failures: unknown[] = [];
  for (let at = 0; at < messages.length; at += atOnce) {
    const asked = messages.slice(at, at + atOnce).map(({ providerId }) => providerId);
    const answers = await Promise.allSettled(asked.map((providerId) => fetch(providerId)));
    answers.forEach((answer, index) => {
      heard.set(asked[index] ?? '', answer.status === 'fulfilled' ? answer.value : undefined);
      if (answer.status === 'rejected' && !isAnswer(answer.reason)) failures.push(answer.reason);
    });
  }
  if (failures.length > 0 && failures.length === heard.size) throw failures[0];
  return heard;
}

/** A refusal is one: it has no such message. Silence is none, and neither is a wish to be left alone. */
const isAnswer = (error: unknown) =>
  error instanceof DeliveryFailure && error.kind !== 'not_accepted' && error.kind !== 'ambiguous';
