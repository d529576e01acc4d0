import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChannelsModule } from '../channels/channels.module.js';
import { Recheck } from '../channels/recheck.js';
import { PreferenceCatalogue } from '../preferences/catalogue.js';
import { PreferencesModule } from '../preferences/preferences.module.js';
import { ChannelWords } from '../templates/channel.words.js';
import { TemplatesModule } from '../templates/templates.module.js';
import { UsersModule } from '../users/users.module.js';
import { BulkController } from './bulk.controller.js';
import { BulkExpander } from './bulk.expander.js';
import { RetainedBulkSends } from './bulk.retained.js';
import { BulkSend } from './bulk-send.entity.js';
import { BulkService } from './bulk.service.js';
import { Catalogue } from './catalogue.js';
import { RegisteredChannelWords } from './channel.words.js';
import { Composer } from './composer.js';
import { Explainer } from './explainer.js';
import { Interruptions } from './interruptions.js';
import { InboxActions } from './inbox.actions.js';
import { InboxCounter } from './inbox-counter.entity.js';
import { InboxService } from './inbox.service.js';
import { Notification } from './notification.entity.js';
import { NotificationWriter } from './notification.writer.js';
import { NotificationsController } from './notifications.controller.js';
import { NotificationsExport } from './notifications.export.js';
import { RetainedNotifications } from './notifications.retained.js';
import { NotificationsReader } from './notifications.reader.js';
import { NotificationsService } from './notifications.service.js';
import { References } from './references.js';
import { SnoozeAlarm } from './snooze.alarm.js';
import { SharedSends } from './shared.sends.js';
import { TemplateTestController } from './template-test.controller.js';
import { ShortLinksController } from './short.links.controller.js';
import { ShortLinks } from './short.links.js';
import { SuppressionsExport } from './suppressions.export.js';
import { SecondLook } from './second.look.js';

/** The main line. Global, because it answers the ports of others: the recheck, the preference catalogue, words. */
@Global()
@Module({
  imports: [
    ChannelsModule,
    PreferencesModule,
    TemplatesModule,
    UsersModule,
    TypeOrmModule.forFeature([Notification, InboxCounter, BulkSend]),
  ],
  controllers: [BulkController, TemplateTestController, NotificationsController, ShortLinksController],
  providers: [
    NotificationsService,
    NotificationsReader,
    NotificationWriter,
    InboxService,
    InboxActions,
    Explainer,
    BulkService,
    BulkExpander,
    Composer,
    Interruptions,
    References,
    ShortLinks,
    SharedSends,
    SnoozeAlarm,
    NotificationsExport,
    SuppressionsExport,
    RetainedNotifications,
    RetainedBulkSends,
    { provide: PreferenceCatalogue, useClass: Catalogue },
    { provide: Recheck, useClass: SecondLook },
    { provide: ChannelWords, useClass: RegisteredChannelWords },
  ],
  exports: [NotificationsService, InboxService, PreferenceCatalogue, Recheck, ChannelWords],
})
export class NotificationsModule {}
