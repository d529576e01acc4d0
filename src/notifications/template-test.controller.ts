import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiTags } from '@nestjs/swagger';
import { Allow, staff } from '../auth/allow.js';
import { type Caller, CurrentCaller, nameOf } from '../auth/caller.js';
import { IdempotencyHeader } from '../http/idempotency.js';
import { TemplatesService } from '../templates/templates.service.js';
import { SendTemplateTest } from './notification.dto.js';
import { AcceptedView } from './notification.view.js';
import { NotificationsService } from './notifications.service.js';

/** The words of a type, sent for real to somebody who wants to see them. */
@ApiTags('Templates')
@Controller(['notifications/templates', 'notifications/notifications/templates'])
export class TemplateTestController {
  constructor(
    private readonly notifications: NotificationsService,
    private readonly templates: TemplatesService,
  ) {}

  /** Sends the type with its example context, or with the one given. Preferences apply as always. */
  @Post(':type/test')
  @HttpCode(202)
  @Allow(staff('templates:write'))
  @ApiAcceptedResponse({ type: AcceptedView })
  async send(
    @Param('type') type: string,
    @Body() { user, context, channels }: SendTemplateTest,
    @CurrentCaller() caller: Caller,
    @IdempotencyHeader() idempotencyKey: string | undefined,
  ) {
    const { example } = await this.templates.typeOf(type);
    const request = { type, user, context: context ?? { ...example }, ...(channels && { channels }) };
    return this.notifications.send(request, { caller: nameOf(caller), idempotencyKey });
  }
}
