import { Injectable } from '@nestjs/common';
import { TokensService } from '../auth/tokens.service.js';
import { UserTokens } from '../auth/user-tokens.js';

/** Who may open a connection, and until when. */
export interface Admitted {
  readonly userId: string;
  readonly expiresAt: Date;
}

/** No connection for this token; socket.io carries `data` to the client's `connect_error`. */
export class Refused extends Error {
  readonly data: { readonly code: number; readonly message: string };

  constructor(code: 4001 | 4003, message: string) {
    super(message);
    this.data = { code, message };
  }
}

const LONGEST_TOKEN = 8192;

/** Whose connection a token opens. */
@Injectable()
export class Admission {
  constructor(
    private readonly tokens: TokensService,
    private readonly userTokens: UserTokens,
  ) {}

  /** By a short token, or by the platform's own user token. */
  async of(token: unknown): Promise<Admitted> {
    return (await this.opened(token)) ?? this.byOther(token as string);
  }

  /** By a short realtime token only: for tokens that travel in a URL, and so stand in logs. */
  async ofShort(token: unknown): Promise<Admitted> {
    const admitted = await this.opened(token);
    if (admitted) return admitted;
    await this.byOther(token as string);
    throw new Refused(4003, 'This token does not belong in a URL: get one by GET /api/realtime/token.');
  }

  private async opened(token: unknown): Promise<Admitted | undefined> {
    if (typeof token !== 'string' || token === '') throw new Refused(4001, 'A token is needed to connect.');
    if (token.length > LONGEST_TOKEN) throw new Refused(4001, 'The token is not valid.');
    if (token.startsWith('nk_')) throw new Refused(4003, 'An API key has no inbox: get a realtime token.');
    return this.tokens.openRealtime(token);
  }

  /** By a token that opens more than connections: a page's, or the person's own. */
  private async byOther(token: string): Promise<Admitted> {
    const holder = await this.tokens.openInbox(token);
    if (holder) return holder;
    const checked = await this.userTokens.check(token);
    if (!checked) throw new Refused(4001, 'The token is not valid, or has ended: get a new one.');
    return { userId: checked.caller.userId, expiresAt: checked.expiresAt };
  }
}

export const bearerOf = (header: string | undefined) => header && /^Bearer +(\S+) *$/i.exec(header)?.[1];
