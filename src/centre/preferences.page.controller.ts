import { Body, Controller, Get, Param, Post, Query, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/allow.js';
import { HtmlPages } from '../http/html.pages.js';
import { CentreService, type Visitor } from './centre.service.js';
import { Doorkeeper } from './doorkeeper.js';
import { type Form, one } from './forms.js';
import { languageFor } from '../preferences/language.js';
import { TroublePages } from './trouble.pages.js';
import { CurrentVisit, type Visit } from './visit.js';

/** A person's own page of preferences, for whoever holds its link: without a password, and without a script. */
@ApiExcludeController()
@Controller('preferences')
@Public()
@UseFilters(TroublePages)
export class PreferencesPageController {
  constructor(
    private readonly centre: CentreService,
    private readonly doorkeeper: Doorkeeper,
    private readonly html: HtmlPages,
  ) {}

  /** Where to find the link. */
  @Get()
  none(@CurrentVisit() { accepts }: Visit, @Res() reply: FastifyReply): void {
    const language = languageFor(undefined, accepts);
    const [title, text] = [language.text('none.title'), language.text('none.text')];
    this.html.show(reply, { page: 'message.njk', values: { language, mark: 'bell', title, text } });
  }

  @Get(':token')
  async look(
    @Param('token') token: string,
    @Query() query: Form,
    @CurrentVisit() visit: Visit,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const visitor = await this.admit(token, visit, reply);
    if (!visitor) return;
    const values = await this.centre.page(visitor, { saved: one(query, 'saved') });
    this.html.show(reply, { page: 'preferences/page.njk', values });
  }

  /** The link is the only key there is, and it stands in the address: no other site can send this form. */
  @Post(':token')
  async change(
    @Param('token') token: string,
    @Body() body: Form | undefined,
    @CurrentVisit() visit: Visit,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const visitor = await this.admit(token, visit, reply);
    if (!visitor) return;
    const form = body ?? {};
    const faults = await this.centre.save(visitor, form);
    const part = one(form, 'part');
    if (faults.length === 0) {
      void reply
        .code(303)
        .headers({ Location: `?saved=${part}#${part}`, 'Cache-Control': 'no-store' })
        .send();
      return;
    }
    const values = await this.centre.page(visitor, { faults, given: form });
    this.html.show(reply, { page: 'preferences/page.njk', status: 422, values });
  }

  /** Undefined where the answer has been given already. */
  private async admit(token: string, visit: Visit, reply: FastifyReply): Promise<Visitor | undefined> {
    const person = await this.centre.personOf(token);
    const language = languageFor(person?.locale, visit.accepts);
    const refusal = this.doorkeeper.refuse(person?.id, { ip: visit.ip, language });
    if (refusal) this.html.show(reply, refusal);
    return person && !refusal ? { person, language, visit } : undefined;
  }
}
