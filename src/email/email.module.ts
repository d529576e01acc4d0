import { Module } from '@nestjs/common';
import { ChannelsModule } from '../channels/channels.module.js';
import { PreferencesModule } from '../preferences/preferences.module.js';
import { EmailChannel } from './email.channel.js';
import { EmailSenderModule } from './email.sender.module.js';
import { EmailSettings } from './email.settings.js';

@Module({
  imports: [ChannelsModule, PreferencesModule, EmailSenderModule],
  providers: [EmailChannel],
  exports: [EmailSenderModule],
})
export class EmailModule {
  static readonly queues = ['email'] as const;
  static readonly checkups = [EmailSenderModule] as const;
  static readonly settings = [EmailSettings] as const;
}
