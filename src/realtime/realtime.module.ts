import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { ChannelsModule } from '../channels/channels.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { Admission } from './admission.js';
import { Audience } from './audience.js';
import { ClientEvents } from './client.events.js';
import { Drain } from './drain.js';
import { LiveInbox } from './live.inbox.js';
import { Neighbours } from './neighbours.js';
import { Origins } from './origins.js';
import { RawBridge } from './raw.bridge.js';
import { RealtimeChannel } from './realtime.channel.js';
import { RealtimeController } from './realtime.controller.js';
import { RealtimeGateway } from './realtime.gateway.js';
import { RealtimeSettings } from './realtime.settings.js';

/** The live inbox: a channel that the commit itself delivers, and the connections that show it. */
@Module({
  imports: [AuthModule, ChannelsModule, NotificationsModule],
  controllers: [RealtimeController],
  providers: [
    Admission,
    Audience,
    ClientEvents,
    Drain,
    LiveInbox,
    Neighbours,
    Origins,
    RawBridge,
    RealtimeChannel,
    RealtimeGateway,
  ],
})
export class RealtimeModule {
  static readonly settings = [RealtimeSettings];
}
