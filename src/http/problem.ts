import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { databaseProblem } from './database.problem.js';
import { DomainError } from './domain.error.js';
import type { ProblemBody } from './problem.view.js';

interface Place {
  readonly publicUrl: string;
  /** The path that was asked for, without its query. */
  readonly path: string;
  readonly requestId: string;
}

export const PROBLEM_JSON = 'application/problem+json; charset=utf-8';

export const problemBody = (error: DomainError, { publicUrl, path, requestId }: Place): ProblemBody => ({
  type: `${publicUrl}/problems/${error.code}`,
  title: STATUS_CODES[error.status] ?? 'Error',
  status: error.status,
  code: error.code,
  detail: error.detail,
  errors: [...error.errors],
  instance: path,
  request_id: requestId,
});

/** Everything that can be thrown, as what the outside may know of it. */
export function problemOf(thrown: unknown): DomainError {
  if (thrown instanceof DomainError) return thrown;
  const database = databaseProblem(thrown);
  if (database) return database;
  const status = statusOf(thrown);
  if (status === undefined || status >= 500) return unexpected(thrown, status === 503 ? 503 : 500);
  const cause = thrown instanceof HttpException ? (thrown.cause ?? thrown) : thrown;
  const known = FASTIFY[(cause as { code?: string }).code ?? ''];
  const code = CODES[status] ?? 'request.invalid';
  return new DomainError({ status, code, detail: (thrown as Error).message, cause, ...known });
}

/** Not the caller's fault: told without a word about the inside, logged with its cause. */
const unexpected = (cause: unknown, status: number) =>
  new DomainError({
    status,
    code: status === 503 ? 'service.unavailable' : 'service.failed',
    detail:
      status === 503
        ? 'The service cannot answer at the moment. Repeat the request in a few seconds.'
        : 'Something failed here, and it was logged. Quote the request_id when you ask about it.',
    cause,
    ...(status === 503 && { headers: { 'Retry-After': '5' } }),
  });

/** Nest's exceptions, Fastify's errors and those of its plugins all say their status. */
function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const status = (thrown as { statusCode?: unknown } | undefined)?.statusCode;
  return typeof status === 'number' && status >= 400 && status <= 599 ? status : undefined;
}

const CODES: Readonly<Record<number, string>> = {
  401: 'auth.missing',
  403: 'auth.forbidden',
  404: 'resource.not-found',
  405: 'request.method-not-allowed',
  413: 'request.too-large',
  415: 'request.unsupported-media-type',
  429: 'request.too-many',
};

const FASTIFY: Readonly<Record<string, { code: string; detail: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'request.too-large',
    detail: 'The body is larger than 256 KB: send less, or use the bulk route for many people.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'request.unsupported-media-type',
    detail: 'This body cannot be read: send JSON with the header "Content-Type: application/json".',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'request.malformed',
    detail: 'The body is not as long as its Content-Length says.',
  },
  FST_ERR_BAD_URL: {
    code: 'request.malformed-url',
    detail: 'The URL cannot be decoded: encode each part as UTF-8 with percent signs.',
  },
  FST_ERR_MAX_PARAM_LENGTH: {
    code: 'request.malformed-url',
    detail: 'A part of the URL is too long.',
  },
};
