import { STATUS_CODES } from 'node:http';
import { type ContentObject, getSchemaPath, type ResponseObject } from '@nestjs/swagger';
import { ProblemBody } from '../http/problem.view.js';
import type { Operation } from './operations.js';

interface Problem {
  readonly description: string;
  /** Which routes it happens to. */
  readonly of: (operation: Operation) => boolean;
  /** What such an answer says, for instance. */
  readonly code: string;
  readonly detail: string;
  readonly errors?: ProblemBody['errors'];
}

const isGuarded = ({ security = [] }: Operation) => security.length > 0;
const UNKNOWN =
  '"colour" is not known here. Known: status, channel, type, user, reason, error_code, limit, cursor, page.';
const PHONE = 'phone has too few digits: give the whole number, as +91 98765 43210';

/** What can go wrong anywhere; a route that declares one of these has its own words for it. */
const PROBLEMS: Readonly<Record<string, Problem>> = {
  400: {
    description: 'It cannot be read, or a query parameter is unknown or wrong.',
    of: () => true,
    code: 'query.invalid',
    detail: UNKNOWN,
    errors: [{ pointer: '/colour', code: 'field.unknown', detail: UNKNOWN }],
  },
  401: {
    description: 'There is no key or token, or it does not hold.',
    of: isGuarded,
    code: 'auth.missing',
    detail: 'Say who you are: "Authorization: Bearer <API key or user token>".',
  },
  403: {
    description: 'The caller is known and may not do this; `detail` says what is lacking.',
    of: isGuarded,
    code: 'auth.forbidden',
    detail: 'The API key "shop" lacks the scope notifications:send.',
  },
  404: {
    description: 'There is no such thing, or it belongs to somebody else.',
    of: ({ parameters }) => parameters.some((parameter) => parameter.in === 'path'),
    code: 'notification.not-found',
    detail: 'There is no such notification, or it is not yours.',
  },
  409: {
    description: 'The first request with this Idempotency-Key is still at work.',
    of: ({ parameters }) => parameters.some(({ name }) => name === 'Idempotency-Key'),
    code: 'idempotency.in-progress',
    detail: 'The first request with this Idempotency-Key is still at work: repeat it in a second.',
  },
  422: {
    description: 'The body can be read and cannot be accepted; `errors` names each field and its cure.',
    of: ({ requestBody }) => requestBody !== undefined,
    code: 'request.invalid',
    detail: `${PHONE}.`,
    errors: [{ pointer: '/user/phone', code: 'phone.too-short', detail: PHONE }],
  },
  429: {
    description: 'Too many calls; `Retry-After` says when to go on.',
    of: isGuarded,
    code: 'request.too-many',
    detail: 'More than 600 calls in a minute: wait 12 seconds.',
  },
  503: {
    description: 'The database is away; `Retry-After` says when to try again.',
    of: () => true,
    code: 'database.unavailable',
    detail:
      'The database cannot be reached at the moment. Repeat the request in a few seconds, with the same Idempotency-Key.',
  },
};

const nameOf = (status: string) => (STATUS_CODES[status] ?? '').replaceAll(' ', '');

/** To be referred to by every route. */
export const problemResponses = (): Record<string, ResponseObject> =>
  Object.fromEntries(
    Object.entries(PROBLEMS).map(([status, { description }]) => [
      nameOf(status),
      { description, content: contentOf(status) },
    ]),
  );

export function addProblems(operation: Operation): void {
  const { responses } = operation;
  for (const [status, response] of Object.entries(responses)) {
    if (Number(status) >= 400) response.content ??= contentOf(status);
  }
  for (const [status, { of }] of Object.entries(PROBLEMS)) {
    if (!(status in responses) && of(operation)) {
      Object.assign(responses, { [status]: { $ref: `#/components/responses/${nameOf(status)}` } });
    }
  }
}

function contentOf(status: string): ContentObject {
  const { code = '', detail = '', errors = [] } = PROBLEMS[status] ?? {};
  const example: ProblemBody = {
    type: `https://notify.example.com/problems/${code}`,
    title: STATUS_CODES[status] ?? '',
    status: Number(status),
    code,
    detail,
    errors,
    instance: '/api/notifications',
    request_id: '019b8358-8e40-7a55-9d3c-0f3f5a6b7c8d',
  };
  return { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemBody) }, example } };
}
