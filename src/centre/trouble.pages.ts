import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HtmlPages } from '../http/html.pages.js';
import { problemOf } from '../http/problem.js';
import { languageFor } from '../preferences/language.js';

/** People get a page where programs would get application/problem+json. The log names no path: it holds a token. */
@Catch()
export class TroublePages implements ExceptionFilter {
  private readonly logger = new Logger('Pages');

  constructor(private readonly html: HtmlPages) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const [request, reply] = host.getArgs<[FastifyRequest, FastifyReply]>();
    const { status, code, headers } = problemOf(thrown);
    if (status === 503) this.logger.warn(`A page answered 503 ${code}.`);
    else this.logger.error(`A page failed, request ${request.id}\n${stackOf(thrown)}`);
    const language = languageFor(undefined, request.headers['accept-language']);
    const [title, text] = [language.text('trouble.title'), language.text('trouble.text')];
    this.html.show(reply, {
      page: 'message.njk',
      status,
      headers,
      values: { language, mark: 'question', title, text },
    });
  }
}

const stackOf = (thrown: unknown) =>
  thrown instanceof Error ? (thrown.stack ?? thrown.message) : `Thrown: ${typeof thrown}`;
