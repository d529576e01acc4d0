import type { Behaviour } from './behaviour.js';
import type { OptOut, TextMessage } from './message.js';
import type { MessageStore } from './message-store.js';
import { OWN_NUMBER } from './own-number.js';

/** Twilio's words: https://help.twilio.com/articles/223134027 */
const WORDS: Readonly<Record<OptOut, readonly string[]>> = {
  STOP: ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'OPTOUT', 'REVOKE'],
  START: ['START', 'YES', 'UNSTOP'],
  HELP: ['HELP', 'INFO'],
};

const ANSWERS: Readonly<Record<OptOut, string>> = {
  STOP:
    'You have successfully been unsubscribed. You will not receive any more messages from this number. ' +
    'Reply START to resubscribe.',
  START:
    'You have successfully been re-subscribed to messages from this number. Reply HELP for help. ' +
    'Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
  HELP: 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
};

export const answerTo = (optOut: OptOut): string => ANSWERS[optOut];

type Pair = Pick<TextMessage, 'from' | 'to'>;

/**
 * What the carrier does about STOP, START and HELP by itself, where the behaviour says so: nothing else goes to
 * whoever has told a number to stop. Their texts say it, so that it ends when they are cleared.
 */
export class OptOuts {
  private stopped = new Set<string>();

  constructor(
    private readonly store: MessageStore,
    private readonly behaviour: Behaviour,
  ) {
    store.listen(({ kind }) => {
      if (kind === 'removed') this.recall();
    });
  }

  /** What a text asks for that is one of the words and nothing else. */
  wordIn(text: string): OptOut | null {
    if (!this.behaviour.plan.optOuts) return null;
    const word = text.trim().toUpperCase();
    const kinds = Object.keys(WORDS) as OptOut[];
    return kinds.find((kind) => WORDS[kind].includes(word)) ?? null;
  }

  note({ from, to, optOut }: TextMessage): void {
    if (optOut === 'STOP') this.stopped.add(keyOf({ from: to, to: from ?? '' }));
    if (optOut === 'START') this.stopped.delete(keyOf({ from: to, to: from ?? '' }));
  }

  /** Whether the recipient has told the sender to stop. */
  blocks(text: Pair): boolean {
    return this.behaviour.plan.optOuts && this.stopped.has(keyOf(text));
  }

  /** From the texts that are kept. */
  recall(): void {
    this.stopped = new Set();
    for (const message of this.store.list({ direction: 'inbound' }).reverse()) {
      if (message.channel === 'sms') this.note(message);
    }
  }
}

const keyOf = ({ from, to }: Pair) => `${from ?? OWN_NUMBER} ${to}`;
