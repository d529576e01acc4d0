import { Module } from '@nestjs/common';
import { PushService } from './push.service.js';

/** Messages to browsers without the rest of the service: needs settings, and no database. */
@Module({ providers: [PushService], exports: [PushService] })
export class PushSenderModule {}
