import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChannelsModule } from '../channels/channels.module.js';
import { PreferencesModule } from '../preferences/preferences.module.js';
import { UsersModule } from '../users/users.module.js';
import { InboundController } from './inbound.controller.js';
import { InboundExport } from './inbound.export.js';
import { InboundReader } from './inbound.reader.js';
import { RetainedTexts } from './inbound.retained.js';
import { InboundTexts } from './inbound.texts.js';
import { InboundWebhookController } from './inbound.webhook.controller.js';
import { InboundMessage } from './inbound-message.entity.js';
import { CarrierSettings } from './carrier.settings.js';
import { CarrierWebhookController } from './carrier.webhook.controller.js';
import { DltSettings } from './dlt.settings.js';
import { PriceCollector } from './price.collector.js';
import { ReplySettings } from './reply.settings.js';
import { SmsCarrierModule } from './sms.carrier.module.js';
import { SmsChannel } from './sms.channel.js';
import { SmsSettings } from './sms.settings.js';
import { SmsWebhookController } from './sms.webhook.controller.js';

/** SMS as a channel of notifications. */
@Module({
  imports: [
    ChannelsModule,
    PreferencesModule,
    UsersModule,
    SmsCarrierModule,
    TypeOrmModule.forFeature([InboundMessage]),
  ],
  controllers: [SmsWebhookController, InboundWebhookController, InboundController, CarrierWebhookController],
  providers: [SmsChannel, PriceCollector, InboundTexts, InboundReader, InboundExport, RetainedTexts],
  exports: [SmsCarrierModule],
})
export class SmsModule {
  static readonly queues = ['sms'];
  static readonly checkups = [SmsCarrierModule];
  static readonly settings = [SmsSettings, CarrierSettings, ReplySettings, DltSettings];
}
