import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  type HttpServer,
  Logger,
  NotFoundException,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DomainError } from './domain.error.js';
import { PROBLEM_JSON, problemBody, problemOf } from './problem.js';
import type { Routes } from './routes.js';

/** A database that is away fails every request; one line a second tells it as well as a thousand. */
const QUIET = 1000;

/** Everything that is thrown leaves as application/problem+json; what was not expected is logged, once. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');
  private quietUntil = 0;

  constructor(
    private readonly adapter: Pick<HttpServer, 'isHeadersSent' | 'setHeader' | 'reply'>,
    private readonly publicUrl: string,
    private readonly routes: Routes,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const [request, reply] = host.getArgs<[FastifyRequest, FastifyReply]>();
    this.answer(thrown, request, reply);
  }

  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const url = request.originalUrl;
    const path = url.split('?', 1)[0] ?? '/';
    const noRoute =
      thrown instanceof NotFoundException && thrown.message.startsWith(`Cannot ${request.method} `);
    const error = noRoute ? this.routes.missing(request.method, path) : problemOf(thrown);
    if (error.status >= 500) this.log(error, thrown, `${request.method} ${path}`, request.id);
    if (this.adapter.isHeadersSent(reply)) return;
    for (const [name, value] of Object.entries(error.headers)) this.adapter.setHeader(reply, name, value);
    this.adapter.setHeader(reply, 'Content-Type', PROBLEM_JSON);
    const place = { publicUrl: this.publicUrl, path, requestId: request.id };
    this.adapter.reply(reply, JSON.stringify(problemBody(error, place)), error.status);
  }

  private log(error: DomainError, thrown: unknown, what: string, requestId: string): void {
    if (error.status !== 503) {
      this.logger.error(`${what} failed, request ${requestId}\n${stacksOf(thrown)}`);
      return;
    }
    if (Date.now() < this.quietUntil) return;
    this.quietUntil = Date.now() + QUIET;
    this.logger.warn(`${what} answered 503 ${error.code}: ${messageOf(error.cause)}`);
  }
}

/** The stacks down to the first cause: never the whole error, whose fields may hold a person's data. */
function stacksOf(thrown: unknown): string {
  const lines: string[] = [];
  let next: unknown = thrown;
  while (next !== undefined && next !== null && lines.length < 5) {
    lines.push(next instanceof Error ? (next.stack ?? next.message) : `Thrown: ${typeof next}`);
    next = next instanceof Error ? next.cause : undefined;
  }
  return lines.join('\nCaused by: ');
}

const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message || cause.name : 'unknown');
