import { Processor } from '@nestjs/bull';
import {
  type ChannelMode,
  type DeliveryView,
  type Message,
  type Prepared,
  type ProviderWord,
  QueuedChannel,
  type Receipt,
  type Recipient,
  type Refusal,
  type SentMessage,
  type Wording,
} from '../channels/channel.js';
import type { Delivery } from '../deliveries/delivery.entity.js';
import { statusOf } from '../deliveries/status.js';
import { Unknowns } from '../deliveries/unknowns.js';
import { carriedTexts } from './carried.texts.js';
import { segmentsOf } from './segments.js';
import { ReplySettings } from './reply.settings.js';
import { SmsNumbers } from './sms.numbers.js';
import { SmsService } from './sms.service.js';
import { SmsMetadata } from './sms.view.js';
import { TwilioAccount } from './twilio.account.js';
import { reportedFailure } from './twilio.errors.js';
import { TwilioProvider } from './twilio.provider.js';

/** The carrier keeps whole seconds, by its own clock. */
const CLOCKS_MS = 5000;

/** Seconds without a word after which a text is asked after: where callbacks come, and where none may. */
const CALLBACKS_LATE = 900;
const NO_CALLBACKS = 3;

const DETAIL = {
  live: 'Twilio, from {from}',
  sandbox: 'texts stay on this machine; set TWILIO_ACCOUNT_SID and the rest to send them',
  off: 'SMS is not configured: set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_PHONE_NUMBER.',
};

/** Tells people by text message. */
@Processor('sms')
export class SmsChannel extends QueuedChannel<'text'> {
  override readonly name = 'sms';
  override readonly consent = 'opt-in';
  override readonly parts = ['text'] as const;
  override readonly shown = { metadata: SmsMetadata };
  override readonly grace: number;

  constructor(
    private readonly sms: SmsService,
    private readonly numbers: SmsNumbers,
    private readonly account: TwilioAccount,
    private readonly twilio: TwilioProvider,
    private readonly unknowns: Unknowns,
    private readonly replies: ReplySettings,
  ) {
    super();
    this.grace = account.grace;
  }

  override get provider(): string {
    return this.account.provider;
  }

  /** Callbacks are usual; without them, and on this machine, it is asked at once. */
  override get patience(): number {
    return this.account.mode === 'live' && this.account.callbackUrl !== undefined
      ? CALLBACKS_LATE
      : NO_CALLBACKS;
  }

  override mode(): ChannelMode {
    const { mode, from, messagingServiceSid } = this.account;
    return { mode, label: 'SMS', detail: DETAIL[mode].replace('{from}', from ?? messagingServiceSid ?? '') };
  }

  override addressesOf({ phone }: Recipient): string[] {
    const { number } = this.numbers.addressOf(phone);
    return number === null ? [] : [number];
  }

  override unreachable({ phone }: Recipient): Refusal | null {
    const to = phone === null ? null : this.numbers.addressOf(phone);
    if (to === null || to.number !== null) return null;
    return { rule: to.rule, fault: 'recipient', detail: to.why };
  }

  override normalize(address: string): string | null {
    return this.numbers.normalize(address);
  }

  override async send({ to, content, deliveryId, attempt, expiresAt }: Message<'text'>): Promise<Receipt> {
    const delivery = { id: deliveryId, attempt };
    const { sid, status, segments, encoding } = await this.sms.send({
      to,
      body: content.text,
      delivery,
      expiresAt,
    });
    return { provider: this.provider, providerId: sid, status, segments, encoding };
  }

  /** The newest text with these words to this number that no other delivery has claimed. */
  override async find(
    { to, content, deliveryId }: Message<'text'>,
    startedAt: Date,
  ): Promise<Receipt | null> {
    const since = new Date(startedAt.getTime() - CLOCKS_MS);
    const texts = await this.twilio.sentTo(to, content.text, since);
    const taken = await this.unknowns.taken(
      this.provider,
      texts.map(({ sid }) => sid),
      deliveryId,
    );
    const lost = texts.find(({ sid }) => !taken.has(sid));
    return lost ? { provider: this.provider, providerId: lost.sid, status: lost.status } : null;
  }

  override async lookUp(messages: readonly SentMessage[]): Promise<ProviderWord[]> {
    const texts = await carriedTexts(this.twilio, messages);
    return [...texts.values()].map(({ sid, status, word, errorCode }) => ({
      providerId: sid,
      status,
      ...(statusOf(status) === 'failed' && { failure: reportedFailure(errorCode ?? undefined) }),
      payload: { MessageStatus: word, ErrorCode: errorCode ?? '' },
    }));
  }

  override prepare({ content, wayOut }: Wording<'text'>): Prepared<'text'> {
    const link = this.replies.preferenceLink === 'optional' && this.canBeOpened ? wayOut?.() : undefined;
    const text = link === undefined ? content.text : `${content.text} Stop: ${link}`;
    return { content: { ...content, text }, estimate: segmentsOf(text) };
  }

  /** A link to this machine helps nobody who gets a real text. */
  private get canBeOpened(): boolean {
    return this.account.callbackUrl !== undefined;
  }

  override view(delivery: Delivery | undefined): DeliveryView {
    if (!delivery) return {};
    const { status, providerStatus, providerId, sentAt, address, price, priceUnit, segments, errorCode } =
      delivery;
    const metadata: SmsMetadata = {
      sent: sentAt !== null,
      message_sid: providerId,
      sent_at: sentAt,
      status: providerStatus ?? status,
      to: address,
      price,
      price_unit: priceUnit,
      segments,
      error_code: errorCode,
    };
    return { metadata };
  }
}
