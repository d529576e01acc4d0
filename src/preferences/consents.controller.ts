import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Allow, service, staff, user } from '../auth/allow.js';
import { type Caller, CurrentCaller } from '../auth/caller.js';
import { notFound } from '../http/domain.error.js';
import { ApiPage, PageQuery } from '../http/page.dto.js';
import { RequestUrl } from '../http/page.js';
import { ConsentView, ImportConsents, ImportedView } from './consents.dto.js';
import { ConsentsService } from './consents.service.js';

/** Who said yes or no to what: the proof. */
@Controller()
export class ConsentsController {
  constructor(private readonly consents: ConsentsService) {}

  /** Lists what a person has allowed and refused, newest first. It outlives the person, without what tells of them. */
  @Get('users/:id/consents')
  @Allow(user(), staff('preferences:read'))
  @ApiPage(ConsentView)
  list(
    @Param('id') id: string,
    @Query() query: PageQuery,
    @RequestUrl() url: string,
    @CurrentCaller() caller: Caller,
  ) {
    if (caller.kind === 'user' && !caller.staff && caller.userId !== id) {
      throw notFound('user.not-found', `Nobody has the id "${id.slice(0, 64)}".`);
    }
    return this.consents.page(id, query, url);
  }

  /** Takes over what people have said to another service. A word that is newer here stays. */
  @Post('consents/import')
  @HttpCode(200)
  @Allow(service('preferences:write'))
  import(@Body() { consents }: ImportConsents): Promise<ImportedView> {
    return this.consents.import(consents);
  }
}
