import http from 'node:http';
import https from 'node:https';
import { stringify } from 'node:querystring';
import { sign } from './signature.js';

const MAX_AT_ONCE = 32;
const KEPT = { keepAlive: true, maxSockets: MAX_AT_ONCE, scheduling: 'lifo' } as const;
const RETRY_AFTER_MS = 100;

/** What the fragment of a callback's URL may override: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides */
interface Connection {
  readonly retries: number;
  /** ct: no connection, rt: no answer in time, 4xx, 5xx, all. */
  readonly retryOn: readonly string[];
  readonly timeout: number;
}

const noAnswer = new Error('No answer in time.');

type Outcome = 'ok' | 'ct' | 'rt' | '4xx' | '5xx';

/** Posts signed status callbacks, as Twilio does; whoever is away is tried again as the URL's fragment says. */
export class StatusCallbacks {
  private readonly agents = {
    'http:': new http.Agent(KEPT),
    'https:': new https.Agent(KEPT),
  };
  private readonly timers = new Set<NodeJS.Timeout>();
  private stopped = false;

  constructor(private readonly authToken: string) {}

  send(callback: string, parameters: Readonly<Record<string, string>>): void {
    const [address = '', fragment = ''] = callback.split('#');
    const target = new URL(address);
    const signature = sign(this.authToken, target.href, parameters);
    this.attempt(target, stringify(parameters), signature, connectionOf(fragment), 0);
  }

  stop(): void {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  private attempt(target: URL, body: string, signature: string, connection: Connection, retry: number): void {
    this.post(target, body, signature, connection, (outcome) => {
      const again = connection.retryOn.includes(outcome) || connection.retryOn.includes('all');
      if (outcome === 'ok' || !again || retry >= connection.retries || this.stopped) return;
      const timer = setTimeout(
        () => {
          this.timers.delete(timer);
          this.attempt(target, body, signature, connection, retry + 1);
        },
        RETRY_AFTER_MS * 2 ** retry,
      );
      this.timers.add(timer);
    });
  }

  private post(
    target: URL,
    body: string,
    signature: string,
    { timeout }: Connection,
    done: (outcome: Outcome) => void,
  ): void {
    const secure = target.protocol === 'https:';
    const request = (secure ? https : http).request(target, {
      method: 'POST',
      timeout,
      agent: this.agents[secure ? 'https:' : 'http:'],
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
        'content-length': Buffer.byteLength(body),
        'x-twilio-signature': signature,
        'user-agent': 'TwilioProxy/1.1',
        accept: '*/*',
      },
    });
    request.once('response', (response) => {
      response.resume();
      const { statusCode = 500 } = response;
      done(statusCode >= 500 ? '5xx' : statusCode >= 400 ? '4xx' : 'ok');
    });
    request.once('timeout', () => request.destroy(noAnswer));
    request.once('error', (error) => done(hadConnection(error, request.reusedSocket) ? 'rt' : 'ct'));
    request.end(body);
  }
}

/** A kept connection that the other side had closed meanwhile counts as none. */
function hadConnection(error: NodeJS.ErrnoException, reused: boolean): boolean {
  if (error === noAnswer) return true;
  return !reused && error.syscall !== 'connect' && error.syscall !== 'getaddrinfo';
}

function connectionOf(fragment: string): Connection {
  const given = new URLSearchParams(fragment);
  const number = (name: string, fallback: number, max: number) => {
    const value = Number(given.get(name) ?? fallback);
    return Number.isFinite(value) ? Math.min(Math.max(value, 0), max) : fallback;
  };
  return {
    retries: number('rc', 1, 5),
    retryOn: (given.get('rp') ?? 'ct').split(','),
    timeout: number('rt', 15_000, 15_000),
  };
}
