import { Module } from '@nestjs/common';
import { PreferencesModule } from '../preferences/preferences.module.js';
import { UsersModule } from '../users/users.module.js';
import { CentreService } from './centre.service.js';
import { Doorkeeper } from './doorkeeper.js';
import { PreferenceLinksController } from './preference.links.controller.js';
import { PreferencesPageController } from './preferences.page.controller.js';
import { UnsubscribeController } from './unsubscribe.controller.js';
import { UnsubscribeService } from './unsubscribe.service.js';

/** The pages on which people choose what they get, without a login. */
@Module({
  imports: [PreferencesModule, UsersModule],
  controllers: [PreferencesPageController, PreferenceLinksController, UnsubscribeController],
  providers: [CentreService, Doorkeeper, UnsubscribeService],
})
export class CentreModule {}
