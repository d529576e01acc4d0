import { Injectable } from '@nestjs/common';
import type { Recipient } from '../channels/channel.js';
import { DeliveryFailure } from '../channels/failures.js';
import { segmentsOf } from './segments.js';
import { SmsNumbers, type TextNumber } from './sms.numbers.js';
import { TwilioAccount } from './twilio.account.js';
import type { CarriedText } from './twilio.message.js';
import { type NumberFacts, type OutgoingText, TwilioProvider } from './twilio.provider.js';

/** A text that the carrier has taken. */
export interface SentText extends CarriedText {
  readonly encoding: string;
}

/** What is configured. Nobody is asked for it. */
export interface SmsConfiguration {
  readonly mode: 'live' | 'sandbox' | 'off';
  readonly accountSid: string;
  /** The sender: a number, a sender ID or a messaging service. */
  readonly from: string;
  /** Where status callbacks go; null where nobody could reach it. */
  readonly callbackUrl: string | null;
  /** ISO countries or calling codes that may get texts. */
  readonly countries: readonly string[];
}

/** Texts, as the channel, the commands and the API send them: the one way to the carrier. */
@Injectable()
export class SmsService {
  constructor(
    private readonly account: TwilioAccount,
    private readonly provider: TwilioProvider,
    private readonly numbers: SmsNumbers,
  ) {}

  get isConfigured(): boolean {
    return this.account.mode !== 'off';
  }

  /** Hands one text to the carrier. Throws `DeliveryFailure`, sorted, and nothing else. */
  async send(text: OutgoingText): Promise<SentText> {
    const { segments, encoding } = segmentsOf(text.body);
    const sent = await this.provider.send(text);
    // A messaging service has not counted yet when it answers.
    return { ...sent, segments: sent.segments === 0 ? segments : sent.segments, encoding };
  }

  /** A notification's words to a person's phone. */
  async sendToUser({ phone }: Pick<Recipient, 'phone'>, words: string): Promise<SentText> {
    const to = this.numberOf(phone);
    if (to.number !== null) return this.send({ to: to.number, body: words });
    const { provider } = this.account;
    throw new DeliveryFailure({ kind: 'address', code: 'no_address', message: to.why, provider });
  }

  /** A phone number as people write it: in E.164 where it may get texts, else why not. */
  numberOf(phone: string | null): TextNumber {
    return this.numbers.addressOf(phone);
  }

  /** What the carrier says of a message now. */
  status(sid: string): Promise<CarriedText> {
    return this.provider.fetch(sid);
  }

  /** What Twilio Lookup knows of a number. On a real account the line's type may cost a little. */
  lookup(number: string): Promise<NumberFacts> {
    return this.provider.lookup(number);
  }

  check(): SmsConfiguration {
    const { mode, sid, from, messagingServiceSid, callbackUrl } = this.account;
    return {
      mode,
      accountSid: sid,
      from: from ?? messagingServiceSid ?? '',
      callbackUrl: callbackUrl ?? null,
      countries: this.numbers.countries,
    };
  }
}
