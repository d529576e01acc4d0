import type { TokenOptions } from './types.js';

/** A token that ends within this time is renewed before it is used. Milliseconds. */
const NEARLY_OVER = 5000;

/** The person's token, got when it is needed and renewed before it ends. */
export class Tokens {
  #token: string | undefined;
  #asked: Promise<string> | undefined;

  constructor(private readonly source: TokenOptions) {
    this.#token = source.token;
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
    this.#asked ??= this.#fetch().finally(() => (this.#asked = undefined));
    return this.#asked;
  }

  async #fetch(): Promise<string> {
    const { getToken, tokenUrl, token = '' } = this.source;
    if (getToken) this.#token = await getToken();
    else this.#token = tokenUrl === undefined ? token : await tokenFrom(tokenUrl);
    return this.#token;
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
  try {
    const claims = token.split('.')[1]?.replace(/-/g, '+').replace(/_/g, '/');
    const { exp } = JSON.parse(atob(claims ?? '')) as { exp: number };
    return exp * 1000 - Date.now();
  } catch {
    return undefined;
  }
}
