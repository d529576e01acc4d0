import { Body, Controller, Get, type OnModuleInit, Param, Post, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Public } from '../auth/allow.js';
import { askingPage, donePage, unknownPage } from './unsubscribe.pages.js';
import { UnsubscribeService } from './unsubscribe.service.js';

/** A form of one field, or of none. */
interface Form {
  readonly want?: unknown;
  readonly 'List-Unsubscribe'?: unknown;
}

const FORM_LIMIT = 8 * 1024;

/** The way out of a kind of messages, for whoever holds one of them: GET asks, POST acts (RFC 8058). */
@ApiExcludeController()
@Controller('u')
export class UnsubscribeController implements OnModuleInit {
  constructor(
    private readonly unsubscribe: UnsubscribeService,
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
  @Public()
  async ask(@Param('token') token: string, @Res() reply: FastifyReply): Promise<void> {
    const target = await this.unsubscribe.look(token);
    show(reply, target && askingPage(target));
  }

  @Post(':token')
  @Public()
  async act(
    @Param('token') token: string,
    @Body() form: Form | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const oneClick = form?.['List-Unsubscribe'] === 'One-Click';
    const target = await this.unsubscribe.set(token, form?.want === 'yes', { one_click: oneClick });
    show(reply, target && donePage(target));
  }
}

/** Nobody else may keep or find a page that speaks of a person's choice. */
function show(reply: FastifyReply, page: string | undefined): void {
  void reply
    .code(page === undefined ? 404 : 200)
    .headers({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex' })
    .type('text/html; charset=utf-8')
    .send(page ?? unknownPage());
}
