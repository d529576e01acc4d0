import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiAcceptedResponse } from '@nestjs/swagger';
import { Allow, service } from '../auth/allow.js';
import { type Caller, CurrentCaller, nameOf } from '../auth/caller.js';
import { IdempotencyHeader } from '../http/idempotency.js';
import { BulkService } from './bulk.service.js';
import { BulkAcceptedView } from './bulk.view.js';
import { SendBulk } from './notification.dto.js';

/** One notification for many people. */
@Controller(['notifications/bulk', 'notifications/notifications/bulk'])
export class BulkController {
  constructor(private readonly bulks: BulkService) {}

  /** Tells many people the same. The send is stored at once; the notifications follow in the background. */
  @Post()
  @HttpCode(202)
  @Allow(service('notifications:send'))
  @ApiAcceptedResponse({ type: BulkAcceptedView })
  create(
    @Body() request: SendBulk,
    @CurrentCaller() caller: Caller,
    @IdempotencyHeader() idempotencyKey: string | undefined,
  ) {
    return this.bulks.accept(request, { caller: nameOf(caller), idempotencyKey });
  }

  /** Says how far it has come. */
  @Get(':id')
  @Allow(service('notifications:send'))
  progress(@Param('id', ParseUUIDPipe) id: string) {
    return this.bulks.progress(id);
  }

  /** Stops what has not begun. */
  @Post(':id/cancel')
  @HttpCode(200)
  @Allow(service('notifications:send'))
  cancel(@Param('id', ParseUUIDPipe) id: string, @CurrentCaller() caller: Caller) {
    return this.bulks.cancel(id, nameOf(caller));
  }
}
