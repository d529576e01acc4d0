import { Module } from '@nestjs/common';
import { ChannelsModule } from '../channels/channels.module.js';
import { CostsModule } from '../costs/costs.module.js';
import { PriceCollector } from './price.collector.js';
import { SmsCarrierModule } from './sms.carrier.module.js';
import { SmsChannel } from './sms.channel.js';
import { SmsSettings } from './sms.settings.js';
import { SmsTariff } from './sms.tariff.js';
import { SmsWebhookController } from './sms.webhook.controller.js';

/** SMS as a channel of notifications. */
@Module({
  imports: [ChannelsModule, CostsModule, SmsCarrierModule],
  controllers: [SmsWebhookController],
  providers: [SmsChannel, SmsTariff, PriceCollector],
  exports: [SmsCarrierModule],
})
export class SmsModule {
  static readonly queues = ['sms'];
  static readonly settings = [SmsSettings];
}
