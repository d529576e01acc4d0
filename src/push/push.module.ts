import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChannelsModule } from '../channels/channels.module.js';
import { PreferencesModule } from '../preferences/preferences.module.js';
import { UsersModule } from '../users/users.module.js';
import { PushChannel } from './push.channel.js';
import { PushCheckupModule } from './push.checkup.js';
import { PushExport } from './push.export.js';
import { PushRoutes } from './push.routes.js';
import { PushSenderModule } from './push.sender.module.js';
import { PushSettings } from './push.settings.js';
import { PushSubscription } from './push-subscription.entity.js';
import { PushSubscriptionsController } from './push-subscriptions.controller.js';
import { PushSubscriptions } from './push.subscriptions.js';
import { VapidKeyController } from './vapid-key.controller.js';

/** Notifications of browsers, also when no page is open. */
@Module({
  imports: [
    ChannelsModule,
    PreferencesModule,
    UsersModule,
    PushSenderModule,
    TypeOrmModule.forFeature([PushSubscription]),
  ],
  controllers: [PushSubscriptionsController, VapidKeyController],
  providers: [PushChannel, PushExport, PushRoutes, PushSubscriptions],
})
export class PushModule {
  static readonly queues = ['push'] as const;
  static readonly checkups = [PushCheckupModule] as const;
  static readonly settings = [PushSettings] as const;
}
