import http from 'node:http';
import https from 'node:https';

/** No answer that could be read. `written`: the request may have reached the other side all the same. */
export class Silence extends Error {
  override readonly name = 'Silence';

  constructor(
    readonly written: boolean,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

export interface Exchanged {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** The other side closes idle connections, too; ours are closed first, so that none ends under a request. */
const IDLE_MS = 4000;
const LONGEST_ANSWER = 8 * 1024 * 1024;

/** Lasting connections, by the scheme of the URL. */
export function agentsFor(connections: number): Readonly<Record<string, http.Agent>> {
  const agent = { keepAlive: true, maxSockets: connections, timeout: IDLE_MS, scheduling: 'lifo' } as const;
  return { 'http:': new http.Agent(agent), 'https:': new https.Agent(agent) };
}

/**
 * One request and its answer, whatever its status: no redirect is followed and nothing is repeated. Throws a `Silence`
 * when there is no whole answer within `timeout` milliseconds.
 */
export function exchange(
  target: http.RequestOptions,
  body: string | Buffer | undefined,
  timeout: number,
  longest = LONGEST_ANSWER,
): Promise<Exchanged> {
  return new Promise((resolve, reject) => {
    const secure = target.protocol === 'https:';
    let written = false;
    const fail = (error: Error) => {
      clearTimeout(deadline);
      reject(new Silence(written, error.message, error));
    };
    const request = (secure ? https : http).request(target, (answer) =>
      collect(answer, longest, fail, (text) => {
        clearTimeout(deadline);
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
      }),
    );
    const deadline = setTimeout(() => request.destroy(new Error(`no answer within ${timeout} ms`)), timeout);
    // From here on bytes may have left. A new connection that fails before it stands has sent nothing.
    request.once('socket', (socket) => {
      if (socket.connecting) socket.once(secure ? 'secureConnect' : 'connect', () => (written = true));
      else written = true;
    });
    request.once('error', fail);
    request.end(body);
  });
}

function collect(
  answer: http.IncomingMessage,
  longest: number,
  fail: (error: Error) => void,
  done: (text: string) => void,
): void {
  let text = '';
  answer.setEncoding('utf8');
  answer.on('data', (chunk: string) => {
    text += chunk;
    if (text.length > longest) answer.destroy(new Error('the answer is too long'));
  });
  answer.once('error', fail);
  answer.once('end', () => done(text));
}

/** Seconds, or an HTTP date; at most an hour. */
export function retryAfterOf(header: string | undefined, now = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(Math.ceil(seconds), 0), 3600) : undefined;
}

/** Milliseconds by which the other side's clock is ahead of ours, to the second; undefined where it names no time. */
export function clockOf({ date }: http.IncomingHttpHeaders, now = Date.now()): number | undefined {
  const theirs = date === undefined ? NaN : Date.parse(date);
  return Number.isNaN(theirs) ? undefined : theirs - now;
}
