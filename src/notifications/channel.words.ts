import { Injectable } from '@nestjs/common';
import type { Recipient } from '../channels/channel.js';
import { ChannelRegistry } from '../channels/channel.registry.js';
import { AppSettings } from '../config/app.settings.js';
import { ChannelWords, type OptionsCheck, type ProofOf } from '../templates/channel.words.js';
import { placeholderLink } from './placeholder.link.js';

/** Asks the channels of this process about the words that are written for them. */
@Injectable()
export class RegisteredChannelWords extends ChannelWords {
  constructor(
    private readonly registry: ChannelRegistry,
    private readonly app: AppSettings,
  ) {
    super();
  }

  override readonly wrongOptions: OptionsCheck = (channel, options) =>
    this.registry.find(channel)?.wrongOptions(options) ?? [];

  override names(): readonly string[] {
    return this.registry.names();
  }

  override readonly proofOf: ProofOf = (name, { user, optional, ...written }) => {
    const channel = this.registry.find(name);
    if (!channel?.parts.every((part) => Object.hasOwn(written.content, part))) return undefined;
    const [to = ''] = channel.addressesOf(recipientOf(user));
    const wayOut = () => placeholderLink(this.app.publicUrl);
    return channel.prepare({ to, ...written, ...(optional && { wayOut }) });
  };
}

/** The person of a context, with nothing where it says nothing. */
function recipientOf(user: unknown): Recipient {
  const given = typeof user === 'object' && user !== null ? (user as Record<string, unknown>) : {};
  const text = (name: string) => (typeof given[name] === 'string' ? given[name] : null);
  return {
    id: text('id') ?? '',
    email: text('email'),
    phone: text('phone'),
    firstName: text('first_name') ?? '',
    locale: text('locale') ?? 'en',
    timeZone: text('time_zone') ?? 'Asia/Kolkata',
    addresses: {},
  };
}
