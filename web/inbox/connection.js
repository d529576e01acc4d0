/** A token is renewed when this share of its life is over. */
const RENEW_AT = 0.8;
const LONGEST_PAUSE = 30_000;
const PATIENCE = 10_000;

/**
 * A live connection that lasts: it gets its tokens, renews them in time, comes back after a break with the last id
 * it saw, and says what it is: connecting, live, lost, signedOut, elsewhere.
 */
export class LiveConnection {
  #origin;
  #newToken;
  #hear;
  #socket;
  #goodbye;
  #attempt = 0;
  #run;
  #retry;
  #renewal;

  /** The newest notification that is known: from there the server goes on after a break. */
  since;

  /**
   * @param origin of the service
   * @param newToken answers a token, '' when nobody is signed in; undefined instead of the function: no way to get one
   * @param hear called with the name of an event and its payload; besides the server's: `state`
   */
  constructor({ origin, newToken, hear }) {
    this.#origin = origin;
    this.#newToken = newToken;
    this.#hear = hear;
  }

  /** `once` is a token of which there will be no other. */
  start(once) {
    this.stop();
    void this.#connect(once);
  }

  stop() {
    this.#run = undefined;
    clearTimeout(this.#retry);
    this.#drop();
  }

  send(event, payload = {}) {
    this.#socket?.emit(event, payload);
  }

  /** Rejected when the connection is gone, or slow. */
  async ask(event, payload = {}) {
    if (!this.#socket) throw new Error('There is no connection.');
    return this.#socket.timeout(PATIENCE).emitWithAck(event, payload);
  }

  #drop() {
    clearTimeout(this.#renewal);
    this.#socket?.removeAllListeners();
    this.#socket?.disconnect();
    this.#socket = undefined;
  }

  async #connect(once) {
    const run = (this.#run = {});
    this.#hear('state', this.#attempt === 0 ? 'connecting' : 'lost');
    try {
      const { io } = await import('../socket.io.esm.min.js');
      const token = once ?? (await this.#newToken?.());
      if (run !== this.#run) return;
      if (token) this.#open(io, token);
      else this.#hear('state', 'signedOut');
    } catch (error) {
      if (run !== this.#run) return;
      console.warn('notify-bell:', error);
      this.#later();
    }
  }

  #open(io, token) {
    this.#drop();
    this.#goodbye = undefined;
    const socket = (this.#socket = io(`${this.#origin}/notifications`, {
      auth: { token, ...(this.since && { since: this.since }) },
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      // Tokens end, and each attempt needs one: so attempts are made here.
      reconnection: false,
      forceNew: true,
    }));
    socket.onAny((event, payload) => this.#hear(event, payload));
    socket.on('connection_established', () => this.#connected(token));
    socket.on('error', (goodbye) => (this.#goodbye = goodbye));
    socket.on('connect_error', ({ data }) => this.#refused(data?.code));
    socket.on('disconnect', () => this.#disconnected());
  }

  #connected(token) {
    this.#attempt = 0;
    this.#hear('state', 'live');
    this.#renewIn(lifeOf(token) * RENEW_AT);
  }

  /** A token that comes in time prolongs the connection. */
  #renewIn(delay) {
    clearTimeout(this.#renewal);
    if (!this.#newToken || !(delay > 0)) return;
    this.#renewal = setTimeout(async () => {
      try {
        const token = await this.#newToken();
        const { success } = await this.ask('authenticate', { token });
        if (success !== false) this.#renewIn(lifeOf(token) * RENEW_AT);
      } catch {
        // This connection ends with its token, and another one is opened.
      }
    }, delay);
  }

  #refused(code) {
    if (code === 4003 || (code === 4001 && !this.#newToken)) this.#hear('state', 'signedOut');
    else this.#later();
  }

  #disconnected() {
    clearTimeout(this.#renewal);
    const { code, retry_after_ms: pause } = this.#goodbye ?? {};
    if (code === 'too_many_connections' || code === 'rate_limited') this.#hear('state', 'elsewhere');
    else if (code === 'token_expired' && !this.#newToken) this.#hear('state', 'signedOut');
    else this.#later(pause);
  }

  #later(pause) {
    this.#hear('state', 'lost');
    const longest = Math.min(1000 * 2 ** this.#attempt, LONGEST_PAUSE);
    this.#attempt += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), pause ?? longest * (0.5 + Math.random() / 2));
  }
}

/** How long a token still lasts, in milliseconds; it says so itself. */
function lifeOf(token) {
  try {
    const { exp } = JSON.parse(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')));
    return exp * 1000 - Date.now();
  } catch {
    return 0;
  }
}
