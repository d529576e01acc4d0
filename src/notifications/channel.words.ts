import { Injectable } from '@nestjs/common';
import { ChannelRegistry } from '../channels/channel.registry.js';
import { ChannelWords, type OptionsCheck } from '../templates/channel.words.js';

/** Asks the channels of this process about the words that are written for them. */
@Injectable()
export class RegisteredChannelWords extends ChannelWords {
  constructor(private readonly registry: ChannelRegistry) {
    super();
  }

  override readonly wrongOptions: OptionsCheck = (channel, options) =>
    this.registry.find(channel)?.wrongOptions(options) ?? [];

  override names(): readonly string[] {
    return this.registry.names();
  }
}
