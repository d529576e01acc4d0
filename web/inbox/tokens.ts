import type { TokenOptions } from './types.js';

/** A token that ends within this time is renewed before it is used. Milliseconds. */
const NEARLY_OVER = 5000;

/** The person's token, got when it is needed and renewed before it ends. */
export class Tokens {
  /** Rises when a token is of another person than the one before, or of nobody any more. */
  turn = 0;
  #token: string | undefined;
  #owner: string | undefined;
  #asked: Promise<string> | undefined;
  #round = 0;

  /** @param turned told when `turn` has risen */
  constructor(
    private readonly source: TokenOptions,
    private readonly turned: () => void,
  ) {
    if (source.token) this.#take(source.token);
  }

  /** Whose the last token was; '' when nobody is signed in, undefined before anything is known. */
  get owner(): string | undefined {
    return this.#owner;
  }

  /** False where the page gave one token and no way to another. */
  get renewable(): boolean {
    return this.source.tokenUrl !== undefined || this.source.getToken !== undefined;
  }

  /** '' when nobody is signed in. */
  async current(): Promise<string> {
    const left = this.#token === undefined ? 0 : lifeOf(this.#token);
    if (this.#token && (left === undefined || left > NEARLY_OVER || !this.renewable)) return this.#token;
    return this.renew();
  }

  /** Many who ask at once get the same one. */
  renew(): Promise<string> {
    const asked: Promise<string> = (this.#asked ??= this.#fetch().finally(() => {
      if (this.#asked === asked) this.#asked = undefined;
    }));
    return asked;
  }

  /** Another person may be signed in: the next token is asked for anew, and an answer on its way is not taken. */
  forget(): void {
    this.#round += 1;
    this.#token = undefined;
    this.#asked = undefined;
  }

  async #fetch(): Promise<string> {
    const round = this.#round;
    const { getToken, tokenUrl, token: only = '' } = this.source;
    const token = getToken ? await getToken() : tokenUrl === undefined ? only : await tokenFrom(tokenUrl);
    return round === this.#round ? this.#take(token) : this.current();
  }

  #take(token: string): string {
    const before = this.#owner;
    this.#token = token;
    this.#owner = ownerOf(token) ?? before;
    if (before !== undefined && before !== this.#owner) {
      this.turn += 1;
      this.turned();
    }
    return token;
  }
}

async function tokenFrom(url: string): Promise<string> {
  const answer = await fetch(url, { headers: { Accept: 'application/json' }, cache: 'no-store' });
  if (answer.status === 401 || answer.status === 403) return '';
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}.`);
  const { token } = (await answer.json()) as { token?: string };
  return token ?? '';
}

/** How long a token still lasts, in milliseconds: it says so itself. Undefined when it cannot be read. */
export function lifeOf(token: string): number | undefined {
  const exp = claimsOf(token)?.exp;
  return exp === undefined ? undefined : exp * 1000 - Date.now();
}

/** Realtime tokens name the person as `sub`, tokens of the platform as `user_id`. */
export function ownerOf(token: string): string | undefined {
  if (token === '') return '';
  const claims = claimsOf(token);
  return (claims?.user_id ?? claims?.sub)?.toString();
}

interface Claims {
  readonly exp?: number;
  readonly sub?: string;
  readonly user_id?: string | number;
}

function claimsOf(token: string): Claims | undefined {
  try {
    const claims = token.split('.')[1]?.replace(/-/g, '+').replace(/_/g, '/');
    return JSON.parse(atob(claims ?? '')) as Claims;
  } catch {
    return undefined;
  }
}
