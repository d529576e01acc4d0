import { parse } from 'node:querystring';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from './api-error.js';
import type { Behaviour, Fault } from './behaviour.js';
import type { Carrier } from './carrier.js';
import { bodyOf, json, type Answer, type Api, type Request, type Route } from './http-server.js';
import { lookup } from './lookup.js';
import type { TextMessage } from './message.js';
import { isAskedFor, messagePage, messageResource, rfc2822 } from './message-resource.js';
import type { MessageStore } from './message-store.js';
import { outgoingText, type Form } from './outgoing-text.js';
import { nameOf } from './unreliable-callbacks.js';

/** The number that a new account finds as its own: Twilio's test sender. */
const OWN_NUMBER = '+15005550006';
const ALL_METHODS = ['GET', 'POST', 'PUT', 'DELETE'];

export interface Account {
  readonly sid: string;
  readonly authToken: string;
}

/** Nothing is answered; the connection stays as it is, or is cut. */
class Silence extends Error {}

type Reply = object | undefined | Promise<object>;

/** The part of Twilio's API that a sender of texts uses, on Twilio's own paths. */
export class TwilioApi implements Api {
  private readonly authorization: string;
  private readonly folder: string;
  readonly routes: readonly Route[];

  constructor(
    private readonly account: Account,
    private readonly store: MessageStore,
    private readonly carrier: Carrier,
    private readonly behaviour: Behaviour,
  ) {
    this.authorization = `Basic ${Buffer.from(`${account.sid}:${account.authToken}`).toString('base64')}`;
    this.folder = `/2010-04-01/Accounts/${account.sid}`;
    const inAccount = (rest: string) => new RegExp(`^${this.folder}${rest}\\.json$`);
    const oneMessage = inAccount('/Messages/(SM[0-9a-f]{32})');
    this.routes = [
      this.route('POST', inAccount('/Messages'), (request) => this.create(request), 201),
      this.route('GET', oneMessage, (request) => this.resource(this.find(request))),
      this.route('GET', inAccount('/Messages'), (request) => this.list(request)),
      this.route('POST', oneMessage, (request) => this.redact(request)),
      this.route('DELETE', oneMessage, (request) => this.remove(request), 204),
      this.route('GET', inAccount(''), () => this.accountResource()),
      this.route('GET', inAccount('/Balance'), () => this.balance()),
      this.route('GET', inAccount('/IncomingPhoneNumbers'), () => this.ownNumbers()),
      this.route('GET', /^\/v2\/PhoneNumbers\/([^/]+)$/, ({ params, query }) =>
        lookup(params[0] ?? '', query),
      ),
      ...ALL_METHODS.map((method) =>
        this.route(method, /^\/(?:2010-04-01|v2)\//, ({ path }) => {
          throw new ApiError(20404, { path });
        }),
      ),
    ];
  }

  readonly answerError = (error: unknown): Answer | undefined => {
    if (error instanceof Silence) return undefined;
    const known = error instanceof ApiError ? error : new ApiError(20500);
    const answer = json(known.body, known.status);
    return known.status === 429
      ? { ...answer, headers: { ...answer.headers, 'retry-after': String(this.behaviour.plan.retryAfter) } }
      : answer;
  };

  private route(method: string, path: RegExp, reply: (request: Request) => Reply, status = 200): Route {
    return {
      method,
      path,
      answer: async (request) => {
        const known = request.incoming.headers.authorization === this.authorization;
        if (!known || this.behaviour.refusesAccount()) throw new ApiError(20003);
        const body = await reply(request);
        return body ? json(body, status) : { status };
      },
    };
  }

  private async create(request: Request): Promise<object> {
    const text = outgoingText(await formOf(request));
    const refusal = this.behaviour.refuse?.(text);
    if (refusal !== undefined) throw new ApiError(refusal, { to: text.to, from: text.from ?? '' });
    const fault = this.behaviour.at('texts', nameOf(text));
    if (fault !== undefined && !fault.endsWith('_after')) this.fail(fault, request);
    const message = this.carrier.accept(text);
    if (fault !== undefined) this.fail(fault, request);
    if (this.behaviour.of('callbacks', nameOf(text)) === 'early') await sleep(this.behaviour.plan.lateMs);
    return this.resource(message);
  }

  private fail(fault: Fault<'texts'>, { incoming }: Request): never {
    if (fault === 'limit') throw new ApiError(20429);
    if (fault.startsWith('error')) throw new ApiError(20503);
    if (fault.startsWith('reset')) incoming.socket.resetAndDestroy();
    throw new Silence();
  }

  private list({ path, query }: Request): object {
    const texts = this.store.list({ channel: 'sms' }).filter((message) => message.channel === 'sms');
    const asked = texts.filter((message) => isAskedFor(message, query));
    return messagePage(asked, path, query, (message) => this.resource(message));
  }

  /** Twilio lets a finished message lose its body, and nothing else. */
  private async redact(request: Request): Promise<object> {
    const message = this.find(request);
    if ((await formOf(request))['Body'] === '') message.text = '';
    this.store.changed(message);
    return this.resource(message);
  }

  private remove(request: Request): undefined {
    this.store.remove([this.find(request)]);
  }

  private find({ params, path }: Request): TextMessage {
    const message = this.store.find(params[0] ?? '');
    if (message?.channel !== 'sms') throw new ApiError(20404, { path });
    return message;
  }

  private resource(message: TextMessage): object {
    return messageResource(message, this.account.sid);
  }

  private accountResource(): object {
    const now = rfc2822(Date.now());
    return {
      sid: this.account.sid,
      owner_account_sid: this.account.sid,
      friendly_name: 'The sandbox',
      status: 'active',
      type: 'Full',
      auth_token: this.account.authToken,
      date_created: now,
      date_updated: now,
      subresource_uris: { messages: `${this.folder}/Messages.json` },
      uri: `${this.folder}.json`,
    };
  }

  private balance(): object {
    return { account_sid: this.account.sid, balance: '1000.00', currency: 'USD' };
  }

  private ownNumbers(): object {
    const uri = `${this.folder}/IncomingPhoneNumbers.json`;
    const number = {
      sid: `PN${'0'.repeat(31)}6`,
      account_sid: this.account.sid,
      phone_number: OWN_NUMBER,
      friendly_name: 'Test sender',
      capabilities: { sms: true, mms: false, voice: false, fax: false },
      status: 'in-use',
    };
    return {
      incoming_phone_numbers: [number],
      first_page_uri: uri,
      next_page_uri: null,
      previous_page_uri: null,
      page: 0,
      page_size: 50,
      start: 0,
      end: 0,
      uri,
    };
  }
}

async function formOf(request: Request): Promise<Form> {
  return parse(await bodyOf(request));
}
