import { parse } from 'node:querystring';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account.js';
import { ApiError } from './api-error.js';
import type { Behaviour, Fault } from './behaviour.js';
import type { Carrier, OutgoingText } from './carrier.js';
import { bodyOf, json, type Answer, type Api, type Request, type Route } from './http-server.js';
import { lookup } from './lookup.js';
import type { TextMessage } from './message.js';
import { isAskedFor, messagePage, messageResource, rfc2822 } from './message-resource.js';
import type { MessageStore } from './message-store.js';
import type { OptOuts } from './opt-outs.js';
import { outgoingText, type Form } from './outgoing-text.js';
import type { OwnNumber } from './own-number.js';
import { nameOf } from './unreliable-callbacks.js';

const ALL_METHODS = ['GET', 'POST', 'PUT', 'DELETE'];

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
    private readonly optOuts: OptOuts,
    private readonly number: OwnNumber,
  ) {
    this.authorization = `Basic ${Buffer.from(`${account.sid}:${account.authToken}`).toString('base64')}`;
    this.folder = `/2010-04-01/Accounts/${account.sid}`;
    const inAccount = (rest: string) => new RegExp(`^${this.folder}${rest}\\.json$`);
    const ownNumber = `/IncomingPhoneNumbers/${number.sid}`;
    const oneMessage = inAccount('/Messages/(SM[0-9a-f]{32})');
    this.routes = [
      this.route('POST', inAccount('/Messages'), (request) => this.create(request), 201),
      this.route('GET', oneMessage, (request) => this.resource(this.find(request))),
      this.route('GET', inAccount('/Messages'), (request) => this.list(request)),
      this.route('POST', oneMessage, (request) => this.redact(request)),
      this.route('DELETE', oneMessage, (request) => this.remove(request), 204),
      this.route('GET', inAccount(''), () => this.accountResource()),
      this.route('GET', inAccount('/Balance'), () => this.balance()),
      this.route('GET', inAccount('/IncomingPhoneNumbers'), () => this.number.list(this.folder)),
      this.route('GET', inAccount(ownNumber), () => this.number.resource()),
      this.route('POST', inAccount(ownNumber), (request) => this.updateNumber(request)),
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
    const fate = this.fateFor(text);
    const fault = this.behaviour.at('texts', nameOf(text));
    if (fault !== undefined && !fault.endsWith('_after')) this.fail(fault, request);
    const message = this.carrier.accept({ ...text, fate });
    if (fault !== undefined) this.fail(fault, request);
    if (this.behaviour.of('callbacks', nameOf(text)) === 'early') await sleep(this.behaviour.plan.lateMs);
    return this.resource(message);
  }

  /** The error that it ends with, because one was ordered; thrown where the API is what refuses. */
  private fateFor(text: OutgoingText): number | null {
    const details = { to: text.to, from: text.from ?? '' };
    if (this.optOuts.blocks(text)) throw new ApiError(21610, details);
    const code = this.behaviour.takeFailure() ?? null;
    if (code !== null && ApiError.isKnown(code)) throw new ApiError(code, details);
    return code;
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

  private async updateNumber(request: Request): Promise<object> {
    const { SmsUrl } = await formOf(request);
    this.number.update(SmsUrl === undefined ? undefined : String(SmsUrl));
    return this.number.resource();
  }
}

async function formOf(request: Request): Promise<Form> {
  return parse(await bodyOf(request));
}
