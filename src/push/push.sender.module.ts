import { Module } from '@nestjs/common';
import { CheckupsModule } from '../checkups/checkups.module.js';
import { PushCheckup } from './push.checkup.js';
import { PushService } from './push.service.js';

/** Messages to browsers without the rest of the service: needs settings, and no database. */
@Module({ imports: [CheckupsModule], providers: [PushService, PushCheckup], exports: [PushService] })
export class PushSenderModule {}
