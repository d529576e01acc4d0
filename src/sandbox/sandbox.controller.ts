import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Controller, Delete, Get, Post, Put, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../auth/allow.js';
import { ApiKeysService } from '../auth/api-keys.service.js';
import { SandboxSettings } from '../config/app.settings.js';
import { DomainError, notFound } from '../http/domain.error.js';
import { isFromThisMachine } from '../http/this.machine.js';

/** Belongs to the connection, not to the answer (RFC 9110, 7.6.1). */
const OF_THE_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'date'];

/**
 * In development: the sandbox's page and its API for tests, under the service's own address. For this machine; whoever
 * calls from elsewhere needs an API key, since everybody's messages are there, and anybody's reply can be given.
 */
@ApiExcludeController()
@Public()
@Controller()
export class SandboxController {
  constructor(
    private readonly sandbox: SandboxSettings,
    private readonly keys: ApiKeysService,
  ) {}

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
    if (!isFromThisMachine(request) && !(await this.hasKey(request))) throw elsewhere();
    const answer = await ask(new URL(this.sandbox.url), request, reply);
    void reply
      .code(answer.statusCode ?? 502)
      .headers(headersOf(answer.headers))
      .send(answer);
  }

  private async hasKey({ headers }: FastifyRequest): Promise<boolean> {
    const [, key = ''] = /^bearer (\S+)$/i.exec(headers.authorization ?? '') ?? [];
    return (await this.keys.callerOf(key)) !== undefined;
  }
}

const elsewhere = () =>
  new DomainError({
    status: 403,
    code: 'sandbox.elsewhere',
    detail:
      'The sandbox shows everybody\'s messages. From another machine it takes an API key: "Authorization: Bearer nk_...".',
  });

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
