import { Injectable } from '@nestjs/common';
import { jwtVerify, SignJWT } from 'jose';
import { Secrets } from './secrets.js';

const AUDIENCE = 'realtime';
/** 128 bits of the MAC: enough against guessing, short enough for a link in a mail. */
const MAC_LENGTH = 16;

/** Who holds a socket's token, and until when. */
export interface RealtimeHolder {
  readonly userId: string;
  readonly expiresAt: Date;
}

/** Tokens that this service signs for itself; each purpose has its own key. */
@Injectable()
export class TokensService {
  constructor(private readonly secrets: Secrets) {}

  /** A token that opens a person's socket and nothing else; `expiresIn` in seconds, 300 to 3600. */
  async realtime(userId: string, expiresIn = 900): Promise<{ token: string; expiresIn: number }> {
    const seconds = Math.min(3600, Math.max(300, Math.round(expiresIn)));
    const token = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(userId)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(`${seconds}s`)
      .sign(this.secrets.keyFor(AUDIENCE));
    return { token, expiresIn: seconds };
  }

  /** Undefined when it is not ours, not for sockets, or over. */
  async openRealtime(token: string): Promise<RealtimeHolder | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.secrets.keyFor(AUDIENCE), {
        algorithms: ['HS256'],
        audience: AUDIENCE,
        requiredClaims: ['sub', 'exp'],
      });
      return { userId: payload.sub ?? '', expiresAt: new Date((payload.exp ?? 0) * 1000) };
    } catch {
      return undefined;
    }
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

  private macOf(purpose: string, text: string): Buffer {
    return this.secrets.mac(`link:${purpose}`, text).subarray(0, MAC_LENGTH);
  }
}
