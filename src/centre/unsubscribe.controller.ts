import { Body, Controller, Get, type OnModuleInit, Param, Post, Res, UseFilters } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Public } from '../auth/allow.js';
import { HtmlPages } from '../http/html.pages.js';
import { Doorkeeper } from './doorkeeper.js';
import { type Form, one } from './forms.js';
import { type Language, languageFor } from './language.js';
import { askingPage, donePage } from './unsubscribe.pages.js';
import { type LinkTarget, scopeOf, UnsubscribeService } from './unsubscribe.service.js';
import { TroublePages } from './trouble.pages.js';
import { CurrentVisit, type Visit } from './visit.js';

interface Admitted {
  readonly target: LinkTarget;
  readonly language: Language;
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
    this.html.show(reply, askingPage(target, await this.unsubscribe.isWanted(target), language));
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
    const { target, language } = admitted;
    const form = body ?? {};
    const scope = scopeOf(form['scope']);
    const step = { scope, wanted: one(form, 'want') === 'yes', undo: one(form, 'undo') };
    const detail = { one_click: one(form, 'List-Unsubscribe') === 'One-Click', scope };
    const origin = { source: 'link', ip: visit.ip, detail } as const;
    if (step.wanted) await this.unsubscribe.comeBack(target, step.undo, origin);
    else step.undo = await this.unsubscribe.leave(target, scope, origin);
    this.html.show(reply, donePage(target, step, language));
  }

  /** Undefined where the answer has been given already. */
  private async admit(token: string, visit: Visit, reply: FastifyReply): Promise<Admitted | undefined> {
    const target = await this.unsubscribe.open(token);
    const language = languageFor(target?.locale, visit.accepts);
    const refusal = this.doorkeeper.refuse(target?.cell.userId, { ip: visit.ip, language });
    if (refusal) this.html.show(reply, refusal);
    return target && !refusal ? { target, language } : undefined;
  }
}
