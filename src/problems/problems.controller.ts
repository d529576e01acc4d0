import { STATUS_CODES } from 'node:http';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/allow.js';
import { AppSettings } from '../config/app.settings.js';
import { closest } from '../http/closest.js';
import { HtmlPages } from '../http/html.pages.js';
import type { ProblemBody } from '../http/problem.view.js';
import { type ProblemPage, problemPages } from './problem.catalogue.js';

/** They say nothing of anybody, and everybody may find them. */
const OPEN = { 'Cache-Control': 'public, max-age=300', 'X-Robots-Tag': 'all' };

/** Where the `type` of every error leads: what happened, and how to cure it. */
@ApiExcludeController()
@Controller('problems')
@Public()
export class ProblemsController {
  constructor(
    private readonly html: HtmlPages,
    private readonly settings: AppSettings,
  ) {}

  @Get()
  list(@Res() reply: FastifyReply): void {
    const pages = [...problemPages().values()];
    this.html.show(reply, { page: 'problems/list.njk', values: { pages }, headers: OPEN });
  }

  @Get(':code')
  one(@Param('code') code: string, @Res() reply: FastifyReply): void {
    const page = problemPages().get(code);
    if (page) {
      const answer = JSON.stringify(this.exampleOf(page), null, 2);
      this.html.show(reply, { page: 'problems/one.njk', values: { ...page, answer }, headers: OPEN });
      return;
    }
    const near = closest(code.slice(0, 100), problemPages().keys()) ?? '';
    this.html.show(reply, { page: 'problems/unknown.njk', status: 404, values: { near } });
  }

  /** What only stands in the list of another error is shown in that list. */
  private exampleOf({ code, status: own, detail, pointer }: ProblemPage): ProblemBody {
    const status = own ?? 422;
    const outer = own === undefined ? 'request.invalid' : code;
    return {
      type: `${this.settings.publicUrl}/problems/${outer}`,
      title: STATUS_CODES[status] ?? 'Error',
      status,
      code: outer,
      detail,
      errors: pointer === undefined ? [] : [{ pointer, code, detail }],
      instance: '/api/notifications',
      request_id: '5f0c2a9d1be47c83-1z',
    };
  }
}
