import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ForgetKeys } from './forget.keys.js';
import { HtmlPages } from './html.pages.js';
import { Idempotency } from './idempotency.js';
import { IdempotencyKey } from './idempotency-key.entity.js';
import { Leaving } from './leaving.js';

/** What controllers of all folders share: safe repetition of a POST, pages, and how a process leaves. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([IdempotencyKey])],
  providers: [Idempotency, ForgetKeys, HtmlPages, Leaving],
  exports: [Idempotency, HtmlPages, Leaving],
})
export class HttpModule {}
