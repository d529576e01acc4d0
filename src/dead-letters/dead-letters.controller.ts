import { Body, Controller, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, staff } from '../auth/allow.js';
import { type Caller, CurrentCaller, nameOf } from '../auth/caller.js';
import { RetryDeliveries, RetryDelivery } from './dead-letter.dto.js';
import type { ReplayView, RetriedView } from './dead-letter.view.js';
import { DeadLetters } from './dead-letters.service.js';

/** What has failed, once more. */
@ApiTags('Deliveries')
@Controller('deliveries')
@Allow(staff('deliveries:retry'))
export class DeadLettersController {
  constructor(private readonly deadLetters: DeadLetters) {}

  /**
   * Tries failed deliveries again, all that the filters leave. `dry_run` counts and shows them first. A call looks
   * at `limit` of them: repeat it with `after` from the answer's `next` until that is null.
   */
  @Post('retry')
  @HttpCode(200)
  retryAll(@Body() request: RetryDeliveries, @CurrentCaller() caller: Caller): Promise<ReplayView> {
    return this.deadLetters.retryAll(request, nameOf(caller));
  }

  /** Tries a failed delivery again, with the same words. Its history is kept, and who asked for it. */
  @Post(':id/retry')
  @HttpCode(200)
  retry(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { force }: RetryDelivery,
    @CurrentCaller() caller: Caller,
  ): Promise<RetriedView> {
    return this.deadLetters.retry(id, force, nameOf(caller));
  }
}
