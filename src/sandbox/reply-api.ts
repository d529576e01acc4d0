import { DomainError, type FieldError } from '../http/domain.error.js';
import { problemOf } from './dev-api.js';
import { bodyOf, json, type Answer, type Api, type Request, type Route } from './http-server.js';
import type { IncomingText, IncomingTexts } from './incoming-texts.js';
import type { MailReader } from './mail-reader.js';
import { MAX_CHARACTERS } from './outgoing-text.js';
import { OWN_NUMBER } from './own-number.js';
import type { MessageStore } from './message-store.js';
import { viewOf } from './message-view.js';

const NUMBER = /^\+[1-9]\d{6,14}$/;
/** A number or a short code. */
const ANSWERABLE = /^\+?\d{3,15}$/;
const NO_ANSWER = 'no phone can answer a name. Let a number send, or name one.';
const FIELDS = ['from', 'to', 'text'];

/** Somebody answers on their phone. */
export class ReplyApi implements Api {
  readonly answerError = problemOf;
  readonly routes: readonly Route[] = [
    { method: 'POST', path: /^\/api\/dev\/messages\/reply$/, answer: (request) => this.reply(request) },
  ];

  constructor(
    private readonly store: MessageStore,
    private readonly incoming: IncomingTexts,
    private readonly reader: MailReader,
  ) {}

  private async reply(request: Request): Promise<Answer> {
    const { from, text, to = this.lastSenderTo(from) } = replyOf(await bodyOf(request));
    if (!ANSWERABLE.test(to)) throw invalid([problem('to', 'reply.to-a-name', `is ${to}: ${NO_ANSWER}`)]);
    const { message, replies } = await this.incoming.receive({ from, to, text });
    const view = (one: typeof message) => viewOf(one, this.reader);
    return json({ message: await view(message), replies: await Promise.all(replies.map(view)) }, 201);
  }

  /** Whose text is answered when nobody says. */
  private lastSenderTo(number: string): string {
    const [last] = this.store.list({ channel: 'sms', to: number }, 1);
    return (last?.channel === 'sms' && last.from) || OWN_NUMBER;
  }
}

type Reply = Pick<IncomingText, 'from' | 'text'> & Partial<IncomingText>;

function replyOf(body: string): Reply {
  const given = objectOf(body);
  const { from, to, text } = given;
  const errors = [
    ...Object.keys(given)
      .filter((name) => !FIELDS.includes(name))
      .map((name) => problem(name, 'field.unknown', `is not known here: ${FIELDS.join(', ')} are.`)),
    ...(isNumber(from) ? [] : [problem('from', 'field.form', 'must be a phone number, as +919876543210.')]),
    ...(to === undefined || typeof to === 'string'
      ? []
      : [problem('to', 'field.form', 'must be the number that is answered, or be left out.')]),
    ...(typeof text === 'string' && text.trim() !== '' && text.length <= MAX_CHARACTERS
      ? []
      : [problem('text', 'field.form', `must be a text of 1 to ${MAX_CHARACTERS} characters.`)]),
  ];
  if (errors.length === 0) return given as unknown as Reply;
  throw invalid(errors);
}

function invalid(errors: readonly FieldError[]): DomainError {
  const detail = errors.map((error) => error.detail).join(' ');
  return new DomainError({ status: 422, code: 'reply.invalid', detail, errors });
}

const isNumber = (value: unknown) => typeof value === 'string' && NUMBER.test(value);

const problem = (name: string, code: string, what: string): FieldError => ({
  pointer: `/${name}`,
  code,
  detail: `${name} ${what}`,
});

function objectOf(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // The same answer.
  }
  const detail = 'The body must be a JSON object, as {"from": "+919876543210", "text": "STOP"}.';
  throw new DomainError({ status: 400, code: 'body.not-json', detail });
}
