import { STATUS_CODES } from 'node:http';
import { getSchemaPath, type ResponseObject } from '@nestjs/swagger';
import type { Operation } from './app.docs.operations.js';
import { ProblemBody } from './http/problem.view.js';

const PROBLEM = { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemBody) } } };

/** What can go wrong anywhere, and where; a route that declares one of these has its own words for it. */
const PROBLEMS: Readonly<Record<number, { description: string; of: (operation: Operation) => boolean }>> = {
  400: {
    description: 'It cannot be read, or a query parameter is unknown or wrong.',
    of: () => true,
  },
  401: {
    description: 'There is no key or token, or it does not hold.',
    of: isGuarded,
  },
  403: {
    description: 'The caller is known and may not do this; `detail` says what is lacking.',
    of: isGuarded,
  },
  404: {
    description: 'There is no such thing, or it belongs to somebody else.',
    of: ({ parameters }) => parameters.some((parameter) => parameter.in === 'path'),
  },
  409: {
    description: 'The first request with this Idempotency-Key is still at work.',
    of: ({ parameters }) => parameters.some(({ name }) => name === 'Idempotency-Key'),
  },
  422: {
    description: 'The body can be read and cannot be accepted; `errors` names each field and its cure.',
    of: ({ requestBody }) => requestBody !== undefined,
  },
  429: {
    description: 'Too many calls; `Retry-After` says when to go on.',
    of: isGuarded,
  },
  503: {
    description: 'The database is away; `Retry-After` says when to try again.',
    of: () => true,
  },
};

function isGuarded({ security = [] }: Operation): boolean {
  return security.length > 0;
}

const nameOf = (status: string) => (STATUS_CODES[status] ?? '').replaceAll(' ', '');

/** To be referred to by every route. */
export const problemResponses = (): Record<string, ResponseObject> =>
  Object.fromEntries(
    Object.entries(PROBLEMS).map(([status, { description }]) => [
      nameOf(status),
      { description, content: PROBLEM },
    ]),
  );

export function addProblems(operation: Operation): void {
  const { responses } = operation;
  for (const [status, response] of Object.entries(responses)) {
    if (Number(status) >= 400) response.content ??= PROBLEM;
  }
  for (const [status, { of }] of Object.entries(PROBLEMS)) {
    if (!(status in responses) && of(operation)) {
      Object.assign(responses, { [status]: { $ref: `#/components/responses/${nameOf(status)}` } });
    }
  }
}
