import { Module } from '@nestjs/common';
import { ChannelsModule } from '../channels/channels.module.js';
import { DltSettings } from './dlt.settings.js';
import { PriceCollector } from './price.collector.js';
import { SmsCarrierModule } from './sms.carrier.module.js';
import { SmsChannel } from './sms.channel.js';
import { SmsSettings } from './sms.settings.js';
import { SmsWebhookController } from './sms.webhook.controller.js';

/** SMS as a channel of notifications. */
@Module({
  imports: [ChannelsModule, SmsCarrierModule],
  controllers: [SmsWebhookController],
  providers: [SmsChannel, PriceCollector],
  exports: [SmsCarrierModule],
})
export class SmsModule {
  static readonly queues = ['sms'];
  static readonly settings = [SmsSettings, DltSettings];
}
