import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChannelsModule } from '../channels/channels.module.js';
import { InboundMessage } from './inbound-message.entity.js';
import { PriceCollector } from './price.collector.js';
import { SmsCarrierModule } from './sms.carrier.module.js';
import { SmsChannel } from './sms.channel.js';
import { SmsSettings } from './sms.settings.js';
import { SmsWebhookController } from './sms.webhook.controller.js';

/** SMS as a channel of notifications. */
@Module({
  imports: [ChannelsModule, SmsCarrierModule, TypeOrmModule.forFeature([InboundMessage])],
  controllers: [SmsWebhookController],
  providers: [SmsChannel, PriceCollector],
  exports: [SmsCarrierModule],
})
export class SmsModule {
  static readonly queues = ['sms'];
  static readonly settings = [SmsSettings];
}
