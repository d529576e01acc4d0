import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const MAX_BODY = 256 * 1024;

export interface Request {
  readonly path: string;
  readonly query: URLSearchParams;
  /** What the route's groups matched, decoded. */
  readonly params: readonly string[];
  readonly incoming: IncomingMessage;
  /** For answers that stream; everybody else returns an answer. */
  readonly response: ServerResponse;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Route {
  readonly method: string;
  readonly path: RegExp;
  /** Nothing returned: the handler streams its answer itself. */
  readonly answer: (request: Request) => Answer | undefined | Promise<Answer | undefined>;
}

export const json = (body: unknown, status = 200, type = 'application/json'): Answer => ({
  status,
  headers: { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});

/** Some routes that share how they turn an error into an answer. */
export interface Api {
  readonly routes: readonly Route[];
  /** Nothing returned: nothing is answered, and the caller waits. */
  readonly answerError: (error: unknown, request: Request) => Answer | undefined;
}

/** A server for a few routes: what carries a benchmark's texts must cost next to nothing. */
export class HttpServer {
  private readonly server = http.createServer((incoming, response) => void this.handle(incoming, response));

  constructor(private readonly apis: readonly Api[]) {
    this.server.keepAliveTimeout = 72_000;
  }

  async listen(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, resolve);
    });
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { path, query } = split(incoming.url ?? '/');
    const found = this.find(incoming.method ?? '', path);
    if (!found) {
      respond(response, json({ detail: `There is nothing at ${incoming.method ?? ''} ${path}.` }, 404));
      return;
    }
    const { api, route, params } = found;
    const request: Request = { path, query: new URLSearchParams(query), params, incoming, response };
    respond(response, await answerOf(route, api, request));
  }

  private find(method: string, path: string) {
    for (const api of this.apis) {
      for (const route of api.routes) {
        const groups = method === route.method ? route.path.exec(path) : null;
        if (groups) return { api, route, params: groups.slice(1).map(decode) };
      }
    }
    return undefined;
  }
}

/** The whole body as text. */
export async function bodyOf(request: Request): Promise<string> {
  return (await bytesOf(request)).toString('utf8');
}

/** The whole body as it came. */
export function bytesOf({ incoming }: Request): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_BODY) incoming.destroy(new Error('The body is too big.'));
    });
    incoming.once('end', () => resolve(Buffer.concat(chunks)));
    incoming.once('error', reject);
  });
}

/** Aborted when the client has gone, or has its answer. */
export function goneOf({ response }: Request): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
}

async function answerOf(route: Route, api: Api, request: Request): Promise<Answer | undefined> {
  try {
    return await route.answer(request);
  } catch (error) {
    return api.answerError(error, request);
  }
}

function respond(response: ServerResponse, answer: Answer | undefined): void {
  if (!answer || response.headersSent || response.destroyed) return;
  const { status, headers, body } = answer;
  response.writeHead(status, { ...headers, 'content-length': body ? Buffer.byteLength(body) : 0 });
  response.end(body);
}

function split(url: string): { path: string; query: string } {
  const at = url.indexOf('?');
  return at < 0 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at + 1) };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
