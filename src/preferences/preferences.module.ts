import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { UsersModule } from '../users/users.module.js';
import { ConsentEvent } from './consent-event.entity.js';
import { ConsentsController } from './consents.controller.js';
import { ConsentsService } from './consents.service.js';
import { PreferenceLinks } from './preference.links.js';
import { Preference } from './preference.entity.js';
import { PreferencesController } from './preferences.controller.js';
import { PreferencesExport } from './preferences.export.js';
import { PreferencesLedger } from './preferences.ledger.js';
import { PreferencesService } from './preferences.service.js';
import { Replies } from './replies.js';
import { SettingEvent } from './setting-event.entity.js';
import { SettingsHistory } from './settings.history.js';
import { RetainedSettings } from './settings.retained.js';
import { UnsubscribeLinks } from './unsubscribe.links.js';

/** Whoever imports this also provides a `PreferenceCatalogue`: only the whole application knows what can be chosen. */
@Module({
  imports: [UsersModule, TypeOrmModule.forFeature([Preference, ConsentEvent, SettingEvent])],
  controllers: [PreferencesController, ConsentsController],
  providers: [
    PreferencesService,
    PreferencesLedger,
    PreferencesExport,
    ConsentsService,
    Replies,
    SettingsHistory,
    PreferenceLinks,
    UnsubscribeLinks,
    RetainedSettings,
  ],
  exports: [PreferencesService, SettingsHistory, Replies, PreferenceLinks, UnsubscribeLinks],
})
export class PreferencesModule {}
