/** The service's own API, called as any other program would call it. */
export class Api {
  #key;

  constructor(key) {
    this.#key = key;
  }

  get(path) {
    return this.#call('GET', path);
  }

  post(path, body) {
    return this.#call('POST', path, body);
  }

  patch(path, body) {
    return this.#call('PATCH', path, body);
  }

  /** {status, body, took}; what the service refuses is thrown as an Error in its own words, with its `errors`. */
  async #call(method, path, body) {
    const started = performance.now();
    const answer = await fetch(path, {
      method,
      headers: {
        Accept: 'application/json',
        ...(this.#key && { Authorization: `Bearer ${this.#key}` }),
        ...(body && { 'Content-Type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    }).catch(() => {
      throw new Error('The service does not answer. Is npm start still running?');
    });
    const took = Math.round(performance.now() - started);
    const text = await answer.text();
    const json = text === '' ? undefined : JSON.parse(text);
    if (!answer.ok) {
      throw Object.assign(new Error(json?.detail ?? `It answered ${answer.status}.`), {
        status: answer.status,
        errors: json?.errors ?? [],
      });
    }
    return { status: answer.status, body: json, took };
  }
}
