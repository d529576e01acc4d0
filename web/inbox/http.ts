import type { Tokens } from './tokens.js';

/** What the service refused, with its stable code. */
class RefusedError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

/** The service's API in the name of the person. */
export class Http {
  constructor(
    private readonly base: string,
    private readonly tokens: Tokens,
  ) {}

  /**
   * Rejected as well when somebody else is signed in meanwhile: nothing is done or told in the name of another.
   * @param path below the service's address, as `/api/notifications`
   * @param language of the answer's words (BCP 47); '' leaves it to the browser
   */
  async call<Answer>(method: string, path: string, body?: object, language = ''): Promise<Answer> {
    const { turn } = this.tokens;
    const send = async (token: string) => {
      this.#expect(turn);
      if (token === '') throw new RefusedError(401, '', 'Nobody is signed in.');
      return fetch(new URL(path, this.base), requestOf(token, method, body, language));
    };
    let answer = await send(await this.tokens.current());
    if (answer.status === 401 && this.tokens.renewable) answer = await send(await this.tokens.renew());
    if (!answer.ok) throw await refusalOf(answer);
    const said: unknown = answer.status === 204 ? undefined : await answer.json();
    this.#expect(turn);
    return said as Answer;
  }

  #expect(turn: number): void {
    if (turn !== this.tokens.turn) throw new Error('Somebody else is signed in.');
  }
}

const requestOf = (
  token: string,
  method: string,
  body: object | undefined,
  language: string,
): RequestInit => ({
  method,
  // Whoever follows a link leaves the page, and what they did with it must arrive all the same.
  keepalive: method === 'POST',
  headers: {
    Authorization: `Bearer ${token}`,
    ...(language && { 'Accept-Language': language }),
    ...(body && { 'Content-Type': 'application/json' }),
  },
  ...(body && { body: JSON.stringify(body) }),
});

async function refusalOf(answer: Response): Promise<RefusedError> {
  const problem = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string };
  return new RefusedError(answer.status, problem.code ?? '', problem.detail ?? answer.statusText);
}
