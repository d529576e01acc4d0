import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Retention } from './retention.js';
import { RetentionRounds } from './retention.rounds.js';

/** How long things are kept. Whoever keeps some provides a `Retained` and is found. */
@Module({
  imports: [DiscoveryModule],
  providers: [Retention, RetentionRounds],
  exports: [Retention],
})
export class RetentionModule {}
