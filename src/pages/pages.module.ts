import { Module } from '@nestjs/common';
import { TemplatesModule } from '../templates/templates.module.js';
import { UsersModule } from '../users/users.module.js';
import { DevSessionController } from './dev.session.controller.js';
import { Pages } from './pages.js';

/** What browsers load: the page at /, the bell that other sites embed, and a session to try them with. */
@Module({
  imports: [TemplatesModule, UsersModule],
  controllers: [DevSessionController],
  providers: [Pages],
})
export class PagesModule {}
