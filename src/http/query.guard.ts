import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { DomainError } from './domain.error.js';

/** Pages take what links to them carry; the API does not. */
const API = '/api/';
/** A handler with one of these reads the query itself, or by the class of its `@Query()`. */
const READERS: readonly string[] = [RouteParamtypes.QUERY, RouteParamtypes.REQUEST].map(String);

/** Refuses the query of a route that reads none: a filter that is silently ignored answers with too much. */
export class QueryGuard implements CanActivate {
  private readonly deaf = new WeakMap<object, boolean>();

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const { query, originalUrl } = context.switchToHttp().getRequest<FastifyRequest>();
    for (const name in query as object) {
      if (!originalUrl.startsWith(API) || !this.isDeaf(context)) return true;
      const detail = `"${name.slice(0, 100)}" is not known here: this route takes no query parameters.`;
      const errors = [{ pointer: `/${name.slice(0, 100)}`, code: 'field.unknown', detail }];
      throw new DomainError({ status: 400, code: 'query.invalid', detail, errors });
    }
    return true;
  }

  private isDeaf(context: ExecutionContext): boolean {
    const handler = context.getHandler();
    const known = this.deaf.get(handler);
    if (known !== undefined) return known;
    const found: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), handler.name);
    const deaf = !Object.keys(found ?? {}).some((key) => READERS.includes(key.split(':', 1)[0] ?? ''));
    this.deaf.set(handler, deaf);
    return deaf;
  }
}
