import { Processor } from '@nestjs/bull';
import {
  type ChannelMode,
  type DeliveryView,
  type Message,
  type Prepared,
  QueuedChannel,
  type Receipt,
  type Recipient,
  type Wording,
} from '../channels/channel.js';
import { AppSettings } from '../config/app.settings.js';
import type { Delivery } from '../deliveries/delivery.entity.js';
import { PreferenceLinks } from '../preferences/preference.links.js';
import { UnsubscribeLinks } from '../preferences/unsubscribe.links.js';
import { headersOf } from './email.headers.js';
import { layOut } from './email.layout.js';
import { EmailService } from './email.service.js';
import { EmailSettings } from './email.settings.js';
import { EmailFields, EmailMetadata } from './email.view.js';
import { addressOf, domainOf } from './mail.address.js';
import { PROVIDER } from './smtp.errors.js';

type Part = 'subject' | 'html' | 'text';
/** What a row holds besides: the layout speaks the language of the words. */
type Stored = Readonly<Record<Part, string>> & { readonly locale?: string };

/** Tells people by e-mail. */
@Processor('email')
export class EmailChannel extends QueuedChannel<Part> {
  override readonly name = 'email';
  override readonly consent = 'opt-out';
  override readonly parts = ['subject', 'html', 'text'] as const;
  override readonly interrupts = false;
  override readonly shown = { metadata: EmailMetadata, fields: EmailFields };
  /** A server cannot be asked what it took; after this, in seconds, the same mail goes once more. */
  override readonly grace: number;

  constructor(
    private readonly email: EmailService,
    private readonly links: UnsubscribeLinks,
    private readonly preferences: PreferenceLinks,
    private readonly settings: AppSettings,
    { grace }: EmailSettings,
  ) {
    super();
    this.grace = grace;
  }

  override get provider(): string {
    return PROVIDER;
  }

  override mode(): ChannelMode {
    return { label: 'E-mail', ...this.email.mode() };
  }

  override addressesOf({ email }: Recipient): string[] {
    const address = email === null ? null : addressOf(email);
    return address === null ? [] : [address];
  }

  override normalize(address: string): string | null {
    return addressOf(address);
  }

  override prepare({ content, locale }: Wording<Part>): Prepared<Part> {
    const stored: Stored = { ...content, locale };
    return { content: stored, estimate: {} };
  }

  override async send(message: Message<Part>): Promise<Receipt> {
    const { sender } = this.email;
    const messageId = `${message.deliveryId}@${domainOf(sender.address)}`;
    const unsubscribeUrl = message.optional ? this.links.urlFor({ ...message, channel: this.name }) : null;
    const letter = layOut({
      ...(message.content as Stored),
      brand: sender.name || domainOf(sender.address),
      site: this.settings.frontendUrl,
      unsubscribeUrl,
      preferencesUrl: this.preferences.urlFor(message.userId),
    });
    await this.email.send({
      ...letter,
      to: { name: '', address: message.to },
      messageId,
      headers: headersOf(message, sender.address, unsubscribeUrl),
    });
    return { provider: this.provider, providerId: messageId, status: 'sent' };
  }

  override view([delivery]: readonly Delivery[]): DeliveryView {
    const sentAt = delivery?.sentAt ?? null;
    const fields: EmailFields = { email_sent: sentAt !== null, email_sent_at: sentAt };
    if (!delivery) return { fields };
    const { status, address, providerId, errorCode } = delivery;
    const metadata: EmailMetadata = {
      sent: sentAt !== null,
      message_id: providerId,
      sent_at: sentAt,
      status,
      to: address,
      error_code: errorCode,
    };
    return { fields, metadata };
  }
}
