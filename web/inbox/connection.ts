import { lifeOf, type Tokens } from './tokens.js';
import type { ConnectionState } from './types.js';

/** A token is renewed when this share of its life is over. */
const RENEW_AT = 0.8;
const LONGEST_PAUSE = 30_000;
/** Behind a proxy a connection can be dead and look alive: so it is asked. Milliseconds. */
const ASK_EVERY = 25_000;
const PATIENCE = 10_000;
/** Close codes: a page that is not listed or a token of the wrong kind; far too many events. */
const NOT_ALLOWED = 4003;
const TOO_MUCH = 4029;

/** What the server says on the connection. */
export interface ServerMessage {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The service wants no connection of this page, and says why. */
export class RefusedConnectionError extends Error {}

interface Parts {
  /** Where the service is. */
  readonly base: string;
  readonly tokens: Tokens;
  /** The last place of the inbox that is known: from there the server goes on after a break. */
  readonly since: () => number | undefined;
  readonly hear: (message: ServerMessage) => void;
  readonly became: (state: ConnectionState) => void;
  readonly refused: (why: RefusedConnectionError) => void;
}

/** A live connection that lasts: renews its token in time and comes back after a break, missing nothing. */
export class LiveConnection {
  #socket: WebSocket | undefined;
  #goodbye: ServerMessage | undefined;
  #wanted = false;
  #attempt = 0;
  /** Of the connection that is wanted; an older one that answers late says nothing any more. */
  #run = 0;
  #retry: number | undefined;
  #renewal: number | undefined;
  #question: number | undefined;
  #patience: number | undefined;

  constructor(private readonly parts: Parts) {}

  start(): void {
    this.stop();
    this.#wanted = true;
    addEventListener('online', this.#atOnce);
    addEventListener('offline', this.#ask);
    document.addEventListener('visibilitychange', this.#seen);
    void this.#connect();
  }

  stop(): void {
    this.#wanted = false;
    removeEventListener('online', this.#atOnce);
    removeEventListener('offline', this.#ask);
    document.removeEventListener('visibilitychange', this.#seen);
    this.#drop();
  }

  /** With the token that there is now, if there is to be a connection at all. */
  restart(): void {
    if (this.#wanted) void this.#connect();
  }

  #drop(): void {
    this.#run += 1;
    for (const timer of [this.#retry, this.#renewal, this.#question, this.#patience]) clearTimeout(timer);
    this.#retry = undefined;
    this.#socket?.close();
    this.#socket = undefined;
  }

  async #connect(): Promise<void> {
    this.#drop();
    const run = this.#run;
    this.parts.became(this.#attempt === 0 ? 'connecting' : 'lost');
    try {
      const token = await this.parts.tokens.current();
      if (run !== this.#run) return;
      if (token) this.#open(token, run);
      else this.parts.became('signed-out');
    } catch {
      if (run === this.#run) this.#later();
    }
  }

  #open(token: string, run: number): void {
    const url = new URL('/ws/notifications/', this.parts.base);
    url.protocol = url.protocol.replace('http', 'ws');
    const since = this.parts.since();
    if (since !== undefined) url.searchParams.set('since', String(since));
    // As a name of a protocol the token stands in no log of a proxy.
    const socket = (this.#socket = new WebSocket(url, ['notifications', `token.${base64url(token)}`]));
    this.#goodbye = undefined;
    socket.onmessage = ({ data }) => {
      if (run === this.#run) this.#hear(JSON.parse(String(data)) as ServerMessage, token);
    };
    socket.onclose = ({ code }) => {
      if (run === this.#run) this.#closed(code);
    };
  }

  #hear(message: ServerMessage, token: string): void {
    clearTimeout(this.#patience);
    if (message.type === 'error') this.#goodbye = message;
    if (message.type === 'connection_established') {
      this.#attempt = 0;
      this.parts.became('live');
      this.#renewIn(token);
      this.#askLater();
    }
    this.parts.hear(message);
  }

  #renewIn(token: string): void {
    clearTimeout(this.#renewal);
    const left = lifeOf(token);
    if (left === undefined || !this.parts.tokens.renewable) return;
    this.#renewal = setTimeout(() => void this.#renew(), Math.max(0, left * RENEW_AT));
  }

  async #renew(): Promise<void> {
    const run = this.#run;
    // Where none is to be had, this connection ends with its token and another one is opened.
    const token = await this.parts.tokens.renew().catch(() => '');
    if (run !== this.#run || !token) return;
    this.#say('authenticate', { token });
    this.#renewIn(token);
  }

  #say(type: string, payload: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ type, ...payload }));
  }

  #askLater(): void {
    clearTimeout(this.#question);
    this.#question = setTimeout(this.#ask, ASK_EVERY);
  }

  readonly #ask = (): void => {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#say('ping', {});
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#later(), PATIENCE);
    this.#askLater();
  };

  /** A page that slept, or a network that is back, does not wait for the next attempt. */
  readonly #atOnce = (): void => {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#ask();
    else if (this.#retry !== undefined) void this.#connect();
  };

  readonly #seen = (): void => {
    if (document.visibilityState === 'visible') this.#atOnce();
  };

  #closed(code: number): void {
    const { renewable } = this.parts.tokens;
    const pause = this.#goodbye?.['retry_after_ms'];
    if (code === NOT_ALLOWED || code === TOO_MUCH) this.#refused();
    else if (code === 4001 && !renewable) this.#end('signed-out');
    else if (code === 4008) this.#end('elsewhere');
    else if (code === 4001) this.#later(undefined, true);
    else this.#later(typeof pause === 'number' ? pause : undefined);
  }

  /** Nothing that the person can mend: the sentence is for whoever makes the page. */
  #refused(): void {
    const why = new RefusedConnectionError(String(this.#goodbye?.['message']));
    // eslint-disable-next-line no-console -- where whoever makes the page looks first
    console.error(`The live inbox is refused: ${why.message}`);
    this.#end('refused');
    this.parts.refused(why);
  }

  #end(state: ConnectionState): void {
    this.#drop();
    this.parts.became(state);
  }

  /** @param pause milliseconds; by default longer each time, and never the same for all */
  #later(pause?: number, anew = false): void {
    this.#drop();
    const longest = Math.min(1000 * 2 ** this.#attempt, LONGEST_PAUSE);
    const first = anew && this.#attempt === 0;
    this.#attempt += 1;
    this.parts.became('lost');
    this.#retry = setTimeout(
      () => void this.#again(anew),
      pause ?? (first ? 0 : longest * (0.5 + Math.random() / 2)),
    );
  }

  async #again(anew: boolean): Promise<void> {
    const run = this.#run;
    if (anew) await this.parts.tokens.renew().catch(() => undefined);
    if (run === this.#run) await this.#connect();
  }
}

const base64url = (text: string): string =>
  btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
