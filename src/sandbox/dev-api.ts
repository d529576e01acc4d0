import { DomainError, notFound } from '../http/domain.error.js';
import { filterQuery, messagesQuery, schemeIn } from './dev-query.js';
import { goneOf, json, type Answer, type Api, type Request, type Route } from './http-server.js';
import type { LiveFeed } from './live-feed.js';
import type { MailReader } from './mail-reader.js';
import type { Message } from './message.js';
import { inScheme } from './mail-scheme.js';
import type { MessageSearch } from './message-search.js';
import type { MessageStore } from './message-store.js';
import { summaryOf, viewOf } from './message-view.js';

/** A mail is shown in a frame of its own: no script, no form, no way to the page around it. */
const MAIL_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; " +
  "img-src data: https: http:; font-src data: https:; base-uri 'self'; frame-ancestors 'self'";

/** An error as the dev API answers it. */
export function problemOf(error: unknown): Answer {
  const { status, code, detail, errors } =
    error instanceof DomainError
      ? error
      : new DomainError({
          status: 500,
          code: 'sandbox.failed',
          detail: 'The sandbox could not answer this.',
        });
  const problem = { type: 'about:blank', status, code, detail, ...(errors.length > 0 && { errors }) };
  return json(problem, status, 'application/problem+json');
}

/** As it came, as far as people can read it. */
function rawOf(message: Message): string | Buffer {
  if (message.channel === 'email') return message.raw;
  return message.channel === 'sms' ? message.text : message.payload;
}

/** What came in, for the page and for other teams' tests. */
export class DevApi implements Api {
  readonly routes: readonly Route[] = [
    { method: 'GET', path: /^\/api\/dev\/messages\/?$/, answer: (request) => this.list(request) },
    { method: 'DELETE', path: /^\/api\/dev\/messages\/?$/, answer: (request) => this.clear(request) },
    { method: 'GET', path: /^\/api\/dev\/messages\/(\w+)$/, answer: (request) => this.show(request) },
    { method: 'GET', path: /^\/api\/dev\/messages\/(\w+)\/raw$/, answer: (request) => this.raw(request) },
    { method: 'GET', path: /^\/api\/dev\/messages\/(\w+)\/html$/, answer: (request) => this.html(request) },
    { method: 'GET', path: /^\/api\/dev\/events$/, answer: (request) => this.events(request) },
  ];

  constructor(
    private readonly store: MessageStore,
    private readonly search: MessageSearch,
    private readonly reader: MailReader,
    private readonly feed: LiveFeed,
  ) {}

  readonly answerError = problemOf;

  private async list(request: Request): Promise<Answer> {
    const { filter, limit, wait, summary } = messagesQuery(request.query);
    const found = await this.search.find(filter, { wait, limit, gone: goneOf(request) });
    const view = summary ? summaryOf : viewOf;
    return json(await Promise.all(found.map((message) => view(message, this.reader))));
  }

  private clear({ query }: Request): Answer {
    this.store.remove(this.store.list(filterQuery(query)));
    return { status: 204 };
  }

  private async show(request: Request): Promise<Answer> {
    return json(await viewOf(this.find(request), this.reader));
  }

  private events({ response }: Request): undefined {
    this.feed.add(response);
  }

  private raw(request: Request): Answer {
    const message = this.find(request);
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
    return { status: 200, headers, body: rawOf(message) };
  }

  private async html(request: Request): Promise<Answer> {
    const message = this.find(request);
    const scheme = schemeIn(request.query);
    const html = message.channel === 'email' ? (await this.reader.read(message)).html : null;
    if (html === null) throw notFound('message.no-html', `Message ${message.id} has no HTML part.`);
    return {
      status: 200,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': MAIL_POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      },
      // Links in a mail open beside the sandbox, as they do in a mail program.
      body: `<!doctype html><base target="_blank">${scheme ? inScheme(html, scheme) : html}`,
    };
  }

  private find({ params }: Request): Message {
    const message = this.store.find(params[0] ?? '');
    if (message) return message;
    throw notFound(
      'message.not-found',
      `There is no message ${params[0] ?? ''} here; it may have been cleared.`,
    );
  }
}
