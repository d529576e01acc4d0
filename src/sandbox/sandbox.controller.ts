import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Controller, Delete, Get, Post, Put, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../auth/allow.js';
import { SandboxSettings } from '../config/app.settings.js';
import { DomainError, notFound } from '../http/domain.error.js';

/** Belongs to the connection, not to the answer (RFC 9110, 7.6.1). */
const OF_THE_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'date'];

/** In development: the sandbox's page and its API for tests, under the service's own address. */
@ApiExcludeController()
@Public()
@Controller()
export class SandboxController {
  constructor(private readonly sandbox: SandboxSettings) {}

  @Get(['sandbox', 'sandbox/*', 'dev/*'])
  get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.forward(request, reply);
  }

  @Delete('dev/*')
  delete(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.forward(request, reply);
  }

  @Put('dev/*')
  put(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.forward(request, reply);
  }

  @Post('dev/*')
  post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.forward(request, reply);
  }

  /** Passes on as it comes: a long poll waits, and events arrive one by one. */
  private async forward(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (this.sandbox.url === undefined) throw notFound('route.not-found', 'There is no sandbox here.');
    const answer = await ask(new URL(this.sandbox.url), request, reply);
    void reply
      .code(answer.statusCode ?? 502)
      .headers(headersOf(answer.headers))
      .send(answer);
  }
}

/** The path only is the caller's: the sandbox's account and the caller's own credentials stay here. */
function ask(
  { hostname, port }: URL,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { method, url: path } = request;
    const question = http.request({ hostname, port, method, path }, resolve);
    question.once('error', (cause) => reject(away(cause)));
    reply.raw.once('close', () => question.destroy());
    question.end(request.body === undefined ? undefined : JSON.stringify(request.body));
  });
}

function headersOf(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.includes(name)));
}

const away = (cause: unknown) =>
  new DomainError({
    status: 503,
    code: 'sandbox.away',
    detail: 'The sandbox does not answer. Start the service again with `npm start`.',
    cause,
  });
