import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ForgetKeys } from './forget.keys.js';
import { Idempotency } from './idempotency.js';
import { IdempotencyKey } from './idempotency-key.entity.js';

/** What controllers of all folders share: safe repetition of a POST. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([IdempotencyKey])],
  providers: [Idempotency, ForgetKeys],
  exports: [Idempotency],
})
export class HttpModule {}
