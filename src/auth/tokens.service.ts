import { Injectable } from '@nestjs/common';
import { jwtVerify, SignJWT } from 'jose';
import { Secrets } from './secrets.js';

/** What a short token opens: live connections only, or all that a page's inbox shows and does. */
type Audience = 'realtime' | 'inbox';
/** 128 bits of the MAC: enough against guessing, short enough for a link in a mail. */
const MAC_LENGTH = 16;

/** Who holds a short token, and until when. */
export interface TokenHolder {
  readonly userId: string;
  readonly expiresAt: Date;
}

/** `expiresIn` in seconds. */
interface ShortToken {
  readonly token: string;
  readonly expiresIn: number;
}

/** Tokens that this service signs for itself; each purpose has its own key. */
@Injectable()
export class TokensService {
  constructor(private readonly secrets: Secrets) {}

  /** A token that opens a person's live connections and nothing else, so that it may stand in a URL. */
  realtime(userId: string): Promise<ShortToken> {
    return this.short('realtime', userId);
  }

  /** A token for a page: live connections, inbox and preferences; `expiresIn` in seconds, 300 to 3600. */
  inbox(userId: string, expiresIn?: number): Promise<ShortToken> {
    return this.short('inbox', userId, expiresIn);
  }

  /** Undefined when it is not ours, not a realtime token, or over. */
  openRealtime(token: string): Promise<TokenHolder | undefined> {
    return this.holderOf('realtime', token);
  }

  /** Undefined when it is not ours, not for a page, or over. */
  openInbox(token: string): Promise<TokenHolder | undefined> {
    return this.holderOf('inbox', token);
  }

  /** A compact token for a link: anybody may read the payload, nobody can change it or use it elsewhere. */
  sign(purpose: string, payload: unknown): string {
    const text = Buffer.from(JSON.stringify(payload)).toString('base64url');
    return `${text}.${this.macOf(purpose, text).toString('base64url')}`;
  }

  /** The payload, or undefined when the token was not signed here for this purpose. */
  open(purpose: string, token: string): unknown {
    const [text = '', mac = '', ...rest] = token.split('.');
    if (rest.length > 0 || !Secrets.same(Buffer.from(mac, 'base64url'), this.macOf(purpose, text)))
      return undefined;
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown;
  }

  private async short(audience: Audience, userId: string, expiresIn = 900): Promise<ShortToken> {
    const seconds = Math.min(3600, Math.max(300, Math.round(expiresIn)));
    const token = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(userId)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${seconds}s`)
      .sign(this.secrets.keyFor(audience));
    return { token, expiresIn: seconds };
  }

  private async holderOf(audience: Audience, token: string): Promise<TokenHolder | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.secrets.keyFor(audience), {
        algorithms: ['HS256'],
        audience,
        requiredClaims: ['sub', 'exp'],
      });
      return { userId: payload.sub ?? '', expiresAt: new Date((payload.exp ?? 0) * 1000) };
    } catch {
      return undefined;
    }
  }

  private macOf(purpose: string, text: string): Buffer {
    return this.secrets.mac(`link:${purpose}`, text).subarray(0, MAC_LENGTH);
  }
}
