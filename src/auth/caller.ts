import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/** The platform's own id of a person: printable, without blanks. */
export const USER_ID = /^[\x21-\x7e]{1,64}$/;

/** Another program, by its API key. Keys of one name are one service: a new key can replace the old one. */
export interface ServiceCaller {
  readonly kind: 'service';
  readonly id: string;
  readonly keyId: string;
  readonly name: string;
  readonly scopes: ReadonlySet<string>;
}

/** A person, by a token of the platform. */
export interface UserCaller {
  readonly kind: 'user';
  readonly userId: string;
  readonly staff: boolean;
  /** By the short token of a page: it opens the inbox, the preferences and nothing else. */
  readonly inboxOnly?: true;
}

export type Caller = ServiceCaller | UserCaller | { readonly kind: 'anonymous' };

export const ANONYMOUS: Caller = { kind: 'anonymous' };

/** One word for who it is: the owner of Idempotency-Keys, what is counted by the rate limit. */
export function nameOf(caller: Caller): string {
  if (caller.kind === 'service') return `service:${caller.id}`;
  return caller.kind === 'user' ? `user:${caller.userId}` : 'anonymous';
}

/** What carries a caller: a request, or a socket's `data`. */
export interface Carrier {
  caller?: Caller;
}

/** Who called: the guard has found out before any handler runs. */
export const CurrentCaller = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller => carrierOf(context).caller ?? ANONYMOUS,
);

/** A request carries its caller itself, a socket in its `data`. */
export function carrierOf(context: ExecutionContext): Carrier {
  if (context.getType() !== 'ws') return context.switchToHttp().getRequest<Carrier>();
  const socket = context.switchToWs().getClient<{ data?: Carrier }>();
  return (socket.data ??= {});
}
