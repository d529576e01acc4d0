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

  /** @param path below the service's address, as `/api/notifications` */
  async call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const token = await this.tokens.current();
    let answer = await this.#send(token, method, path, body);
    if (answer.status === 401 && this.tokens.renewable) {
      answer = await this.#send(await this.tokens.renew(), method, path, body);
    }
    if (!answer.ok) throw await refusalOf(answer);
    return (answer.status === 204 ? undefined : await answer.json()) as Answer;
  }

  #send(token: string, method: string, path: string, body?: object): Promise<Response> {
    return fetch(new URL(path, this.base), {
      method,
      // Whoever follows a link leaves the page, and what they did with it must arrive all the same.
      keepalive: method === 'POST',
      headers: {
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(body && { 'Content-Type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  }
}

async function refusalOf(answer: Response): Promise<RefusedError> {
  const problem = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string };
  return new RefusedError(answer.status, problem.code ?? '', problem.detail ?? answer.statusText);
}
