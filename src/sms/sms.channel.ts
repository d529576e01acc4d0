import { Processor } from '@nestjs/bull';
import {
  type ChannelMode,
  type DeliveryView,
  type Explanation,
  type Message,
  type Prepared,
  type ProviderWords,
  QueuedChannel,
  type Receipt,
  type Recipient,
  type Refusal,
  type SentMessage,
  type Wording,
  type WrongOption,
} from '../channels/channel.js';
import { chargedFor, chargesOf } from '../deliveries/charged.js';
import type { Delivery } from '../deliveries/delivery.entity.js';
import { Unknowns } from '../deliveries/unknowns.js';
import { SmsNumbers } from './sms.numbers.js';
import type { OutgoingText } from './sms.provider.js';
import { SmsProviders } from './sms.providers.js';
import { SmsService } from './sms.service.js';
import { SmsSettings } from './sms.settings.js';
import { SmsMetadata } from './sms.view.js';
import { TextWords } from './text.words.js';

/** The carrier keeps whole seconds, by its own clock. */
const CLOCKS_MS = 5000;

const DETAIL = {
  sandbox: 'texts stay on this machine; set TWILIO_ACCOUNT_SID and the rest to send them',
  off: 'SMS is not configured: set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_PHONE_NUMBER.',
};

/** Tells people by text message. */
@Processor('sms')
export class SmsChannel extends QueuedChannel<'text'> {
  override readonly name = 'sms';
  override readonly consent = 'opt-in';
  override readonly parts = ['text'] as const;
  override readonly metered = true;
  override readonly shown = { metadata: SmsMetadata };
  override readonly grace: number;

  constructor(
    private readonly sms: SmsService,
    private readonly words: TextWords,
    private readonly numbers: SmsNumbers,
    private readonly carriers: SmsProviders,
    private readonly unknowns: Unknowns,
    { grace }: SmsSettings,
  ) {
    super();
    this.grace = grace;
  }

  override get provider(): string {
    return this.carriers.names[0] ?? this.name;
  }

  override get providers(): readonly string[] {
    return this.carriers.names;
  }

  override providersFor(to: string): readonly string[] {
    return this.carriers.namesFor(to);
  }

  override patienceWith(provider: string): number | null {
    return this.carriers.find(provider)?.patience ?? null;
  }

  override mode(): ChannelMode {
    const { mode, all } = this.carriers;
    const detail = mode === 'live' ? all.map(({ label }) => label).join('; then ') : DETAIL[mode];
    return { mode, label: 'SMS', detail };
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

  override async send(message: Message<'text'>): Promise<Receipt> {
    const { provider } = message;
    const { sid, status, segments, encoding } = await this.sms.send(textOf(message), provider);
    return { provider, providerId: sid, status, segments, encoding };
  }

  /** The newest text with these words to this number that no other delivery has claimed. */
  override async find(message: Message<'text'>, startedAt: Date): Promise<Receipt | null | 'untold'> {
    const { provider, deliveryId } = message;
    const since = new Date(startedAt.getTime() - CLOCKS_MS);
    const texts = await this.carriers.find(provider)?.sentTo(textOf(message), since);
    if (!texts) return 'untold';
    const ids = texts.map(({ sid }) => sid);
    const taken = await this.unknowns.taken(provider, ids, deliveryId);
    const lost = texts.find(({ sid }) => !taken.has(sid));
    return lost ? { provider, providerId: lost.sid, status: lost.status } : null;
  }

  override async lookUp(messages: readonly SentMessage[], provider: string): Promise<ProviderWords> {
    return (await this.carriers.find(provider)?.lookUp(messages)) ?? new Map();
  }

  override explain(code: string, provider: string | null): Explanation | undefined {
    return this.carriers.find(provider ?? this.provider)?.explain(code);
  }

  override prepare(wording: Wording<'text'>): Prepared<'text'> {
    return this.words.prepare(wording);
  }

  override wrongOptions(options: Readonly<Record<string, unknown>>): readonly WrongOption[] {
    return this.words.wrongOptions(options);
  }

  override view([delivery]: readonly Delivery[]): DeliveryView {
    if (!delivery) return {};
    const { status, providerStatus, providerId, sentAt, address, priceUnit, segments, errorCode } = delivery;
    const metadata: SmsMetadata = {
      sent: sentAt !== null,
      message_sid: providerId,
      sent_at: sentAt,
      status: providerStatus ?? status,
      to: address,
      price: chargedFor(delivery),
      price_unit: priceUnit,
      charges: chargesOf(delivery),
      estimated_price: delivery.estimatedPrice,
      segments,
      error_code: errorCode,
    };
    return { metadata };
  }
}

/** What a carrier is told of a message; the other parts of its content are for those who ask for them by name. */
function textOf({ to, content, deliveryId, attempt, expiresAt }: Message<'text'>): OutgoingText {
  const { text, ...extras } = content as Readonly<Record<string, string>>;
  return { to, body: text ?? '', delivery: { id: deliveryId, attempt }, expiresAt, extras };
}
