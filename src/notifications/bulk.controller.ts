import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, service } from '../auth/allow.js';
import { type Caller, CurrentCaller, nameOf } from '../auth/caller.js';
import { IdempotencyHeader } from '../http/idempotency.js';
import { BulkService } from './bulk.service.js';
import { SendBulk } from './notification.dto.js';

/** One notification for many people. */
@ApiTags('notifications')
@Controller(['notifications/bulk', 'notifications/notifications/bulk'])
export class BulkController {
  constructor(private readonly bulks: BulkService) {}

  /** Stores the send at once; the notifications follow in the background. */
  @Post()
  @HttpCode(202)
  @Allow(service('notifications:send'))
  create(
    @Body() request: SendBulk,
    @CurrentCaller() caller: Caller,
    @IdempotencyHeader() idempotencyKey: string | undefined,
  ) {
    return this.bulks.accept(request, { caller: nameOf(caller), idempotencyKey });
  }

  /** How far it has come. */
  @Get(':id')
  @Allow(service('notifications:send'))
  progress(@Param('id', ParseUUIDPipe) id: string) {
    return this.bulks.progress(id);
  }

  /** Stops what has not begun. */
  @Post(':id/cancel')
  @HttpCode(200)
  @Allow(service('notifications:send'))
  cancel(@Param('id', ParseUUIDPipe) id: string) {
    return this.bulks.cancel(id);
  }
}
