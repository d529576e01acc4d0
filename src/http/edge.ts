import { randomBytes } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import helmet from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyServerOptions, onRequestHookHandler } from 'fastify';
import { v7 as uuid } from 'uuid';
import { Answer } from './answer.js';
import { DomainError } from './domain.error.js';
import { readJson } from './json.body.js';
import { type OriginSettings, welcomePages } from './origins.js';
import { PROBLEM_JSON, problemBody, problemOf } from './problem.js';
import { ProblemFilter } from './problem.filter.js';
import { QueryGuard } from './query.guard.js';
import { Routes } from './routes.js';
import { ValidationPipe } from './validation.pipe.js';

const BODY_LIMIT = 256 * 1024;
/** Ours to answer with, and to write into logs: nothing that could break a line or a header. */
const REQUEST_ID = /^[\w.:/+=@-]{1,128}$/;

/** What the edge asks of the settings; AppSettings has it all. */
interface EdgeSettings extends OriginSettings {
  /** How many reverse proxies may speak for the caller's address. */
  readonly proxyHops: number;
}

/** For `new FastifyAdapter(...)`. */
export function fastifyOptions({ publicUrl, proxyHops }: EdgeSettings): FastifyServerOptions {
  return {
    bodyLimit: BODY_LIMIT,
    // Time for a request to arrive; answering it may take longer.
    requestTimeout: 20_000,
    // Longer than common load balancers keep a connection, so that they close it and not we.
    keepAliveTimeout: 75_000,
    // Fastify trusts nobody when it is given a bare number.
    trustProxy: proxyHops > 0 && ((_, hop) => hop < proxyHops),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 512 },
    requestIdHeader: false,
    genReqId: requestId,
    frameworkErrors: (thrown, request, reply: FastifyReply) => {
      const place = { publicUrl, path: request.url.split('?', 1)[0] ?? '/', requestId: request.id };
      const body = problemBody(problemOf(thrown), place);
      void reply.code(body.status).header('Content-Type', PROBLEM_JSON).send(JSON.stringify(body));
    },
    clientErrorHandler: (error, socket) => refuse(error, socket, publicUrl),
  };
}

/** Everything between the wire and the controllers. To be called before the application is initialised. */
export async function configureEdge(app: NestFastifyApplication, settings: EdgeSettings): Promise<void> {
  const adapter = app.getHttpAdapter();
  const fastify = adapter.getInstance();
  const routes = new Routes();
  const problems = new ProblemFilter(adapter, settings.publicUrl, routes);

  fastify.addHook('onRoute', (route) => {
    routes.add(route.method, route.url);
    // Nest sets its error handler last. Where a module waits for a plugin meanwhile (as for static files),
    // Fastify finishes the routes with its own, which answers for bodies that cannot be read.
    route.errorHandler ??= (thrown, request, reply) => problems.answer(thrown, request, reply);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('X-Request-Id', request.id);
    // Decoded it would be a NUL, which the database refuses wherever it stands.
    done(request.url.includes('%00') ? nulInUrl() : undefined);
  });
  fastify.addHook('preSerialization', (_, reply, payload, done) => {
    const answer = payload instanceof Answer ? payload : undefined;
    if (answer) void reply.code(answer.status);
    if (answer?.replayed) void reply.header('Idempotency-Replayed', 'true');
    done(null, answer ? answer.body : payload);
  });
  await fastify.register(helmet, { ...headersOf(settings), global: false });
  fastify.addHook('onRequest', securityHeaders());
  app.enableCors(corsOf(settings));

  fastify.removeContentTypeParser('text/plain');
  app.useBodyParser('application/json', { bodyLimit: BODY_LIMIT }, (_, body, done) => {
    done(null, readJson(body));
  });
  app.useGlobalGuards(new QueryGuard());
  app.useGlobalPipes(new ValidationPipe());
  app.useGlobalFilters(problems);
}

/** They are the same on every answer, so helmet works them out once: it takes 0.03 ms each time. */
function securityHeaders(): onRequestHookHandler {
  let known: OutgoingHttpHeaders | undefined;
  return (_, reply, done) => {
    known ??= helmetsOf(reply);
    void reply.headers(known);
    done();
  };
}

function helmetsOf(reply: FastifyReply): OutgoingHttpHeaders {
  reply.helmet();
  return reply.raw.getHeaders();
}

/** A process counts its requests; the first part tells it from all others. */
const PROCESS = randomBytes(8).toString('hex');
let requests = 0;

/** The caller's id where it is a sane one, so that one id follows a request through all services. */
function requestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  if (typeof given === 'string' && REQUEST_ID.test(given)) return given;
  requests += 1;
  return `${PROCESS}-${requests.toString(36)}`;
}

function headersOf({ publicUrl }: EdgeSettings) {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        // The sandbox shows mails in a frame, and mails are styled inline.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        frameSrc: ["'self'"],
        manifestSrc: ["'self'"],
        workerSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
      },
    },
    // The bell is a script that other sites embed.
    crossOriginResourcePolicy: { policy: 'cross-origin' as const },
    strictTransportSecurity: publicUrl.startsWith('https://') && { maxAge: 15_552_000 },
    referrerPolicy: { policy: 'no-referrer' as const },
  };
}

/** The caller is known by a header, never by a cookie: a page can only do what its token allows. */
const corsOf = (settings: OriginSettings) => ({
  origin: originRule(welcomePages(settings)),
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  exposedHeaders: [
    'X-Request-Id',
    'Idempotency-Replayed',
    'Retry-After',
    'RateLimit-Remaining',
    'RateLimit-Reset',
  ],
  maxAge: 600,
});

const originRule =
  (isWelcome: (origin: string) => boolean) =>
  (origin: string | undefined, answer: (error: Error | null, allowed: boolean) => void) =>
    answer(null, origin !== undefined && isWelcome(origin));

const nulInUrl = () =>
  new DomainError({
    status: 400,
    code: 'request.malformed-url',
    detail: 'The URL holds an encoded NUL character (%00): remove it.',
  });

/** What is no HTTP request at all: answered on the bare socket. */
function refuse(error: Error & { code?: string }, socket: Socket, publicUrl: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason, detail] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large', 'The headers are too large.']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout', 'The request took too long to arrive.']
        : [400, 'Bad Request', 'This is not a readable HTTP request.'];
  const problem = new DomainError({ status, code: 'request.malformed', detail });
  const body = JSON.stringify(problemBody(problem, { publicUrl, path: '', requestId: uuid() }));
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: ${PROBLEM_JSON}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
