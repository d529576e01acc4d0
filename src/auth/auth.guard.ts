import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../http/domain.error.js';
import { type Allowance, RateLimiter, rateLimitHeaders } from '../http/rate.limiter.js';
import { type AccessRule, allows, lacking, RULES } from './allow.js';
import { ApiKeysService } from './api-keys.service.js';
import { looksLikeApiKey } from './api-key.js';
import { AuthSettings } from './auth.settings.js';
import { ANONYMOUS, type Caller, type Carrier, carrierOf, nameOf } from './caller.js';
import { TokensService } from './tokens.service.js';
import { UserTokens } from './user-tokens.js';

const REALM = 'Bearer realm="notifications"';

/** Finds out who calls, and lets in whom the route's `@Allow(...)` names. What names nobody lets nobody in. */
@Injectable()
export class AuthGuard implements CanActivate {
  private readonly limiter = new RateLimiter();

  constructor(
    private readonly settings: AuthSettings,
    private readonly apiKeys: ApiKeysService,
    private readonly userTokens: UserTokens,
    private readonly tokens: TokensService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rules = rulesOf(context.getHandler(), context.getClass());
    if (rules.some(({ to }) => to === 'anyone')) return true;
    const carrier = carrierOf(context);
    if (context.getType() === 'http') {
      const http = context.switchToHttp();
      await this.identify(http.getRequest<FastifyRequest & Carrier>(), http.getResponse<FastifyReply>());
    }
    const caller = carrier.caller ?? ANONYMOUS;
    if (caller.kind === 'anonymous') throw missing();
    if (!rules.some((rule) => allows(rule, caller))) throw forbidden(rules, caller);
    return true;
  }

  private async identify(request: FastifyRequest & Carrier, reply: FastifyReply): Promise<void> {
    const token = bearerOf(request.headers.authorization);
    const caller = token === undefined ? undefined : await this.callerOf(token);
    if (!caller) throw this.refusal(request.ip, token);
    request.caller = caller;
    const { callsPerMinute, userCallsPerMinute } = this.settings;
    const limit = caller.kind === 'service' ? callsPerMinute : userCallsPerMinute;
    if (limit === 0) return;
    const allowance = this.limiter.take(nameOf(caller), limit);
    if (!allowance.allowed) throw tooMany(allowance);
    void reply.headers(rateLimitHeaders(allowance));
  }

  private async callerOf(token: string): Promise<Caller | undefined> {
    if (looksLikeApiKey(token)) return this.apiKeys.callerOf(token);
    return (await this.userTokens.check(token))?.caller ?? this.pageOf(token);
  }

  private async pageOf(token: string): Promise<Caller | undefined> {
    const holder = await this.tokens.openInbox(token);
    return holder && { kind: 'user', userId: holder.userId, staff: false, inboxOnly: true };
  }

  /** Failures are counted by address; who shows a valid key is never held up by them. */
  private refusal(address: string, token: string | undefined): DomainError {
    if (token === undefined) return missing();
    const allowance = this.limiter.take(`failures:${address}`, this.settings.failuresPerMinute);
    return allowance.allowed ? invalid(token) : tooMany(allowance);
  }
}

/** What a route declares, itself or for all routes of its controller. */
export function rulesOf(handler: object, type: object): readonly AccessRule[] {
  const found: unknown = Reflect.getMetadata(RULES, handler) ?? Reflect.getMetadata(RULES, type);
  return (found as AccessRule[] | undefined) ?? [];
}

const bearerOf = (header: string | undefined) =>
  header === undefined ? undefined : (/^Bearer +(\S{1,8192}) *$/i.exec(header)?.[1] ?? '');

const missing = () =>
  new DomainError({
    status: 401,
    code: 'auth.missing',
    detail: 'Say who you are: "Authorization: Bearer <API key or user token>".',
    headers: { 'WWW-Authenticate': REALM },
  });

const invalid = (token: string) =>
  new DomainError({
    status: 401,
    code: looksLikeApiKey(token) ? 'auth.invalid-key' : 'auth.invalid-token',
    detail: looksLikeApiKey(token)
      ? 'This API key is mistyped, unknown, expired or revoked: use a live one.'
      : 'This token is malformed, expired or not signed for this service: get a new one.',
    headers: { 'WWW-Authenticate': `${REALM}, error="invalid_token"` },
  });

function forbidden(rules: readonly AccessRule[], caller: Caller): DomainError {
  const { scope, detail } = lacking(rules, caller);
  const challenge = `${REALM}, error="insufficient_scope"${scope === undefined ? '' : `, scope="${scope}"`}`;
  return new DomainError({
    status: 403,
    code: 'auth.forbidden',
    detail,
    headers: { 'WWW-Authenticate': challenge },
  });
}

const tooMany = (allowance: Allowance) =>
  new DomainError({
    status: 429,
    code: 'request.too-many',
    detail: `More than ${allowance.limit} calls in a minute: wait ${allowance.reset} seconds.`,
    headers: { 'Retry-After': String(allowance.reset), ...rateLimitHeaders(allowance) },
  });
