import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { Caller } from './caller.js';
import { EVERYTHING, type Scope } from './scopes.js';

/** Who may call a route. Several rules: one of them is enough. */
export type AccessRule =
  | { readonly to: 'anyone' }
  | { readonly to: 'user' }
  | { readonly to: 'inbox' }
  | { readonly to: 'service'; readonly scope: Scope }
  | { readonly to: 'staff'; readonly scope: Scope };

export const RULES = 'auth:rules';
/** The same in the API's description. */
export const ALLOWED = 'x-allowed';

/** `@Allow(service('users:read'), user())` above a route (or a controller, for all its routes). */
export const Allow = (...rules: [AccessRule, ...AccessRule[]]) =>
  applyDecorators(SetMetadata(RULES, rules), ApiExtension(ALLOWED, rules));

/** Anybody, without a word about who it is. */
export const Public = () => Allow({ to: 'anyone' });

/** Another program, with an API key that has this scope. */
export const service = (scope: Scope): AccessRule => ({ to: 'service', scope });

/** Any person with a token of the platform; what is theirs is for the handler to see to. */
export const user = (): AccessRule => ({ to: 'user' });

/** A person, by a token of the platform or by the short one that a page has: for what an inbox shows and does. */
export const inbox = (): AccessRule => ({ to: 'inbox' });

/** The platform's staff (`is_staff` in their token), and programs with this scope. */
export const staff = (scope: Scope): AccessRule => ({ to: 'staff', scope });

export function allows(rule: AccessRule, caller: Caller): boolean {
  if (rule.to === 'anyone') return true;
  if (rule.to === 'inbox') return caller.kind === 'user';
  if (rule.to === 'user') return caller.kind === 'user' && !caller.inboxOnly;
  if (caller.kind === 'service') return caller.scopes.has(rule.scope) || caller.scopes.has(EVERYTHING);
  return rule.to === 'staff' && caller.kind === 'user' && caller.staff;
}

/** What a caller lacks, in words, and the scope that would do. */
export function lacking(rules: readonly AccessRule[], caller: Caller): { scope?: string; detail: string } {
  const scopes = rules.flatMap((rule) => ('scope' in rule ? [rule.scope] : []));
  const [scope] = scopes;
  if (caller.kind !== 'service') {
    if (caller.kind === 'user' && caller.inboxOnly && rules.some(({ to }) => to === 'user')) {
      return { detail: "A page's short token opens the inbox only: use the person's own token." };
    }
    const staffOnly = rules.some(({ to }) => to === 'staff');
    return {
      detail: staffOnly
        ? 'Only staff may do this: the token lacks is_staff.'
        : 'Only services may do this: use an API key instead of a user token.',
    };
  }
  if (scope === undefined) {
    return { detail: "Only a person may do this: use the person's own token instead of an API key." };
  }
  return { scope, detail: `The API key "${caller.name}" lacks the scope ${scopes.join(' or ')}.` };
}
