import { Body, Controller, Get, type OnModuleInit, Param, Post, Res, UseFilters } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Public } from '../auth/allow.js';
import { type HtmlPage, HtmlPages } from '../http/html.pages.js';
import { Doorkeeper } from './doorkeeper.js';
import { type Form, one } from './forms.js';
import { type Language, languageFor } from '../preferences/language.js';
import { askingPage, donePage, elsewherePage, wordsBefore } from './unsubscribe.pages.js';
import { type LinkTarget, scopeOf, UnsubscribeService } from './unsubscribe.service.js';
import { TroublePages } from './trouble.pages.js';
import { CurrentVisit, type Visit } from './visit.js';

interface Admitted {
  readonly target: LinkTarget;
  readonly language: Language;
  readonly visit: Visit;
}

const FORM_LIMIT = 8 * 1024;

/** The way out of a kind of messages, for whoever holds one of them: GET asks, POST acts (RFC 8058). */
@ApiExcludeController()
@Controller('u')
@Public()
@UseFilters(TroublePages)
export class UnsubscribeController implements OnModuleInit {
  constructor(
    private readonly unsubscribe: UnsubscribeService,
    private readonly doorkeeper: Doorkeeper,
    private readonly html: HtmlPages,
    private readonly host: HttpAdapterHost,
  ) {}

  /** Mail programs may send their one click as either kind of form; in this kind it is always a no. */
  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    if (fastify.hasContentTypeParser('multipart/form-data')) return;
    const options = { parseAs: 'buffer', bodyLimit: FORM_LIMIT } as const;
    fastify.addContentTypeParser('multipart/form-data', options, (_request, _body, done) => done(null, {}));
  }

  @Get(':token')
  async ask(
    @Param('token') token: string,
    @CurrentVisit() visit: Visit,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const admitted = await this.admit(token, visit, reply);
    if (!admitted) return;
    const { target, language } = admitted;
    const wanted = await this.unsubscribe.isWanted(target);
    const mayAct = wanted || (await this.unsubscribe.ended(target)) !== undefined;
    this.html.show(reply, mayAct ? askingPage(target, wanted, language) : elsewherePage(target, language));
  }

  /** Answered without a redirect, which mail programs do not follow. */
  @Post(':token')
  async act(
    @Param('token') token: string,
    @Body() body: Form | undefined,
    @CurrentVisit() visit: Visit,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const admitted = await this.admit(token, visit, reply);
    if (!admitted) return;
    const form = body ?? {};
    const page = one(form, 'want') === 'yes' ? this.comeBack(admitted, form) : this.leave(admitted, form);
    this.html.show(reply, await page);
  }

  /** The one click of a mail program shows no page, so that there is no wording to keep. */
  private async leave(admitted: Admitted, form: Form): Promise<HtmlPage> {
    const { target, language, visit } = admitted;
    const scope = scopeOf(form['scope']);
    const oneClick = one(form, 'List-Unsubscribe') === 'One-Click';
    const wording = oneClick ? undefined : wordsBefore('leave', { target, scope, language });
    const detail = { one_click: oneClick, scope };
    const undo = await this.unsubscribe.leave(target, scope, {
      source: 'link',
      ip: visit.ip,
      detail,
      wording,
    });
    return donePage(target, { scope, wanted: false, undo }, language);
  }

  /** Takes one step back, or the end of the link's own kind; what was ended elsewhere stays so. */
  private async comeBack(admitted: Admitted, form: Form): Promise<HtmlPage> {
    const { target, language, visit } = admitted;
    const undone = this.unsubscribe.endedBy(one(form, 'undo'), target);
    const scope = undone ? scopeOf(form['scope']) : 'kind';
    const ended = undone ?? (await this.unsubscribe.ended(target));
    if (!ended) return elsewherePage(target, language, 409);
    const wording = wordsBefore(undone ? 'undo' : 'return', { target, scope, language });
    const detail = { scope };
    await this.unsubscribe.comeBack(target, ended, { source: 'link', ip: visit.ip, detail, wording });
    return donePage(target, { scope, wanted: true, undo: '' }, language);
  }

  /** Undefined where the answer has been given already. */
  private async admit(token: string, visit: Visit, reply: FastifyReply): Promise<Admitted | undefined> {
    const target = await this.unsubscribe.open(token);
    const language = languageFor(target?.locale, visit.accepts);
    const refusal = this.doorkeeper.refuse(target?.cell.userId, { ip: visit.ip, language });
    if (refusal) this.html.show(reply, refusal);
    return target && !refusal ? { target, language, visit } : undefined;
  }
}
