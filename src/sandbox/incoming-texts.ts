import { randomUUID } from 'node:crypto';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { Account } from './account.js';
import { ApiError } from './api-error.js';
import type { Carrier } from './carrier.js';
import type { TextMessage } from './message.js';
import type { MessageStore } from './message-store.js';
import { answerTo, type OptOuts } from './opt-outs.js';
import { outgoingText } from './outgoing-text.js';
import type { OwnNumber } from './own-number.js';
import { segment } from './segments.js';
import { sign } from './signature.js';
import { messagesIn, TwimlError, type TwimlMessage } from './twiml.js';

/** As long as Twilio waits. */
const TIMEOUT = 15_000;

export interface IncomingText {
  /** Who texts. */
  readonly from: string;
  /** Which of our numbers. */
  readonly to: string;
  readonly text: string;
}

/** An inbound text, and what was answered to it. */
export interface Exchange {
  readonly message: TextMessage;
  readonly replies: readonly TextMessage[];
}

interface WebhookAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** The way of a text to us: kept, told to the number's SMS URL as Twilio tells it, and its answer sent. */
export class IncomingTexts {
  constructor(
    private readonly account: Account,
    private readonly store: MessageStore,
    private readonly carrier: Carrier,
    private readonly number: OwnNumber,
    private readonly optOuts: OptOuts,
  ) {}

  async receive(incoming: IncomingText): Promise<Exchange> {
    const optOut = this.optOuts.wordIn(incoming.text);
    const message: TextMessage = { ...received(incoming), optOut };
    this.store.add(message);
    this.optOuts.note(message);
    const own = optOut ? [this.answer(message, { text: answerTo(optOut) })] : [];
    return { message, replies: [...own, ...(await this.tell(message))] };
  }

  /** Whatever goes wrong is kept with the text, as it is in the debugger of Twilio's console. */
  private async tell(message: TextMessage): Promise<TextMessage[]> {
    const { smsUrl: url } = this.number;
    if (url === undefined) return [];
    message.webhook = { url, status: null };
    try {
      const { status, type, body } = await this.post(url, this.formOf(message));
      message.webhook = { url, status };
      if (status >= 400) throw new Unheard(`The webhook answered ${status}.`);
      return messagesIn(type, body).map((reply) => this.send(message, reply));
    } catch (error) {
      [message.errorCode, message.errorMessage] = failureOf(error);
      return [];
    } finally {
      this.store.changed(message);
    }
  }

  private async post(url: string, form: Readonly<Record<string, string>>): Promise<WebhookAnswer> {
    const answer = await fetch(url, {
      method: 'POST',
      signal: AbortSignal.timeout(TIMEOUT),
      headers: {
        'x-twilio-signature': sign(this.account.authToken, new URL(url).href, form),
        'user-agent': 'TwilioProxy/1.1',
        accept: '*/*',
      },
      body: new URLSearchParams(form),
    }).catch((cause: unknown) => {
      throw new Unheard('The webhook does not answer.', { cause });
    });
    const type = answer.headers.get('content-type') ?? '';
    return { status: answer.status, type, body: await answer.text() };
  }

  /** https://www.twilio.com/docs/messaging/guides/webhook-request */
  private formOf({ id, from, to, text, segments, optOut }: TextMessage): Record<string, string> {
    return {
      AccountSid: this.account.sid,
      ApiVersion: '2010-04-01',
      Body: text,
      From: from ?? '',
      ...placeOf('From', from ?? ''),
      MessageSid: id,
      NumMedia: '0',
      NumSegments: String(segments),
      SmsMessageSid: id,
      SmsSid: id,
      SmsStatus: 'received',
      To: to,
      ...placeOf('To', to),
      ...(optOut && { OptOutType: optOut }),
    };
  }

  /** A text that the webhook asks for; refused as any other. */
  private send(message: TextMessage, reply: TwimlMessage): TextMessage {
    const { from, to } = message;
    const text = outgoingText({ To: reply.to ?? from ?? '', From: reply.from ?? to, Body: reply.text });
    if (this.optOuts.blocks(text)) throw new ApiError(21610);
    return this.answer(message, reply);
  }

  private answer({ from, to }: TextMessage, reply: TwimlMessage): TextMessage {
    const receiver = reply.to ?? from ?? '';
    return this.carrier.accept({
      direction: 'reply',
      to: receiver,
      country: countryOf(receiver),
      from: reply.from ?? to,
      messagingServiceSid: null,
      text: reply.text,
      statusCallback: null,
    });
  }
}

/** The webhook could not be told: Twilio's 11200. */
class Unheard extends Error {}

function failureOf(error: unknown): [code: number, message: string] {
  if (error instanceof Unheard) return [11200, error.message];
  if (error instanceof TwimlError || error instanceof ApiError) return [error.code, error.message];
  throw error;
}

function received({ from, to, text }: IncomingText): TextMessage {
  const now = Date.now();
  return {
    channel: 'sms',
    id: `SM${randomUUID().replaceAll('-', '')}`,
    direction: 'inbound',
    to,
    from,
    messagingServiceSid: null,
    text,
    ...segment(text),
    status: 'received',
    errorCode: null,
    errorMessage: null,
    fate: null,
    optOut: null,
    webhook: null,
    cost: '0',
    price: null,
    statusCallback: null,
    receivedAt: now,
    sentAt: null,
    updatedAt: now,
  };
}

/** Only the country is known; Twilio sends the rest, too, and mostly empty. */
function placeOf(side: 'From' | 'To', number: string): Record<string, string> {
  const place = { City: '', State: '', Zip: '', Country: countryOf(number) ?? '' };
  return Object.fromEntries(Object.entries(place).map(([name, value]) => [side + name, value]));
}

const countryOf = (number: string) => parsePhoneNumberFromString(number)?.country;
