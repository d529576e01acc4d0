import { Injectable } from '@nestjs/common';
import {
  createRemoteJWKSet,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
  SignJWT,
} from 'jose';
import { DomainError } from '../http/domain.error.js';
import { AuthSettings } from './auth.settings.js';
import { USER_ID, type UserCaller } from './caller.js';

/** A person's token, checked: who it is, and until when. */
export interface CheckedUser {
  readonly caller: UserCaller;
  readonly expiresAt: Date;
}

/**
 * The platform's user tokens: JWT, HS256 by our shared secret or RS256/ES256 by the platform's public keys.
 * The algorithms are fixed and keys come from the settings only; `jku`, `x5u` and `jwk` in a token say nothing.
 */
@Injectable()
export class UserTokens {
  private readonly secret: Uint8Array | undefined;
  private readonly keys: JWTVerifyGetKey | undefined;
  private readonly demands: JWTVerifyOptions;

  constructor(private readonly settings: AuthSettings) {
    const { jwtSecret, jwksUrl, jwtIssuer, jwtAudience } = settings;
    this.secret = jwtSecret === undefined ? undefined : new TextEncoder().encode(jwtSecret);
    this.keys =
      jwksUrl === undefined ? undefined : createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 3_000 });
    this.demands = {
      algorithms: this.secret ? ['HS256'] : ['RS256', 'ES256'],
      requiredClaims: ['exp'],
      clockTolerance: 5,
      ...(jwtIssuer !== undefined && { issuer: jwtIssuer }),
      ...(jwtAudience !== undefined && { audience: jwtAudience }),
    };
  }

  /** Undefined when it is no valid token of a person. */
  async check(token: string): Promise<CheckedUser | undefined> {
    const claims = await this.claimsOf(token);
    if (!claims) return undefined;
    const { user_id: id, is_staff: staff, token_type: type, exp = 0 } = claims;
    // Django's simplejwt signs refresh tokens with the same key: they are no access.
    if (type !== undefined && type !== 'access') return undefined;
    const userId = typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : id;
    if (typeof userId !== 'string' || !USER_ID.test(userId)) return undefined;
    return { caller: { kind: 'user', userId, staff: staff === true }, expiresAt: new Date(exp * 1000) };
  }

  /** A token as the platform would sign it; undefined where only the platform can. */
  async sign(userId: string, expiresIn: number): Promise<string | undefined> {
    if (!this.secret) return undefined;
    const { jwtIssuer, jwtAudience } = this.settings;
    const token = new SignJWT({ user_id: userId, token_type: 'access' })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuedAt()
      .setExpirationTime(`${expiresIn}s`);
    if (jwtIssuer !== undefined) token.setIssuer(jwtIssuer);
    if (jwtAudience !== undefined) token.setAudience(jwtAudience);
    return token.sign(this.secret);
  }

  private async claimsOf(token: string): Promise<JWTPayload | undefined> {
    try {
      const { payload } = this.secret
        ? await jwtVerify(token, this.secret, this.demands)
        : await jwtVerify(token, this.keys as JWTVerifyGetKey, this.demands);
      return payload;
    } catch (error) {
      if (isTokensFault(error)) return undefined;
      throw new DomainError({
        status: 503,
        code: 'auth.keys-unavailable',
        detail: 'The keys that check user tokens cannot be fetched at the moment: repeat the request.',
        headers: { 'Retry-After': '5' },
        cause: error,
      });
    }
  }
}

/** All of jose's errors speak of the token, but those of fetching the keys. */
const isTokensFault = (error: unknown) =>
  error instanceof errors.JOSEError &&
  !(error instanceof errors.JWKSTimeout) &&
  !(error instanceof errors.JWKSInvalid) &&
  error.code !== 'ERR_JOSE_GENERIC';
