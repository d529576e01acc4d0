import type { Explanation, ProviderWords, SentMessage } from '../channels/channel.js';
import type { Finding } from '../checkups/checkup.js';
import type { CarriedText } from './carried.text.js';

export interface OutgoingText {
  readonly to: string;
  readonly body: string;
  /** Whose text it is: its callbacks then carry it, and find the row even when our own commit was lost. */
  readonly delivery?: { readonly id: string; readonly attempt: number };
  /** Past this moment the carrier does not send it any more. */
  readonly expiresAt?: Date | null;
  /** What else a carrier may want to know of it, as `dlt_template_id`. */
  readonly extras?: Readonly<Record<string, string>>;
}

/** Whoever carries texts: Twilio, the sandbox in its place, or any carrier that a mapping file describes. */
export abstract class SmsProvider {
  /** What the ledger and its breaker call it. */
  abstract readonly name: string;
  abstract readonly mode: 'live' | 'sandbox';
  /** For people: who it is, and from which sender. */
  abstract readonly label: string;
  /** ISO countries that it carries to; empty: all. */
  abstract readonly countries: readonly string[];
  /** Seconds without a word after which it is asked how a text fares; null where it cannot be asked. */
  abstract readonly patience: number | null;

  /** Hands one text over. Throws `DeliveryFailure`, sorted, and nothing else. */
  abstract send(text: OutgoingText): Promise<CarriedText>;
  /** One text as it is now. */
  abstract fetch(id: string): Promise<CarriedText>;
  /** Texts like this one that were taken at or after `since`, newest first; undefined where it cannot be asked. */
  abstract sentTo(text: OutgoingText, since: Date): Promise<readonly CarriedText[] | undefined>;
  /** How these texts fare, or the first of them where they are many. Throws when it gave no answer. */
  abstract lookUp(messages: readonly SentMessage[]): Promise<ProviderWords>;
  /** Whether it would take a text: asks, and sends nothing. Never throws. */
  abstract check(): Promise<Finding[]>;
  /** What a code of its means; undefined where its table does not have it. */
  abstract explain(code: string): Explanation | undefined;
}
