import { Module } from '@nestjs/common';
import { ChannelsModule } from '../channels/channels.module.js';
import { PreferencesModule } from '../preferences/preferences.module.js';
import { EmailChannel } from './email.channel.js';
import { EmailService } from './email.service.js';
import { EmailSettings } from './email.settings.js';

@Module({
  imports: [ChannelsModule, PreferencesModule],
  providers: [EmailChannel, EmailService],
  exports: [EmailService],
})
export class EmailModule {
  static readonly queues = ['email'] as const;
  static readonly settings = [EmailSettings] as const;
}
