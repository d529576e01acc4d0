import { Module } from '@nestjs/common';
import { ChannelsModule } from '../channels/channels.module.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { DeadLetters } from './dead-letters.service.js';

/** Deliveries that have failed, and another try for them. */
@Module({
  imports: [ChannelsModule],
  controllers: [DeadLettersController],
  providers: [DeadLetters],
  exports: [DeadLetters],
})
export class DeadLettersModule {}
