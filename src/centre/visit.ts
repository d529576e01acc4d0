import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** What a request tells of who looks at a page. */
export interface Visit {
  readonly ip: string;
  /** The languages that the browser asks for, as its header says it. */
  readonly accepts: string;
}

export const CurrentVisit = createParamDecorator((_: unknown, context: ExecutionContext): Visit => {
  const { ip, headers } = context.switchToHttp().getRequest<FastifyRequest>();
  return { ip, accepts: headers['accept-language'] ?? '' };
});
