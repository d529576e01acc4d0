import type { Explanation, ProviderWord, ProviderWords, SentMessage } from '../channels/channel.js';
import { DeliveryFailure, type FailureKind } from '../channels/failures.js';
import { type ProviderStatus, statusOf } from '../deliveries/status.js';
import type { Finding } from '../checkups/checkup.js';
import { carrierFindings } from './carrier.checkup.js';
import type { CarriedText } from './carried.text.js';
import { agentsFor, exchange, type Exchanged, retryAfterOf, Silence } from '../http/exchange.js';
import type { CallMapping, Mapping } from './mapping.js';
import { type Answered, answered, requestOf, type Values } from './mapping.calls.js';
import { oneByOne } from './one.by.one.js';
import { referenceOf } from './reference.js';
import { kindOfStatus, masked } from './refused.js';
import { segmentsOf } from './segments.js';
import { type OutgoingText, SmsProvider } from './sms.provider.js';

/** The largest answer that is read. */
const LONGEST_ANSWER = 256 * 1024;
/** How many texts are asked after in one round, and how many at once. */
const ASKED = 200;
const AT_ONCE = 10;
/** Seconds without a word: where callbacks come, and where none may. */
const CALLBACKS_LATE = 900;
const NO_CALLBACKS = 10;

/** Speaks with a carrier as its mapping file says. Throws nothing but `DeliveryFailure`. */
export class HttpSmsProvider extends SmsProvider {
  override readonly mode = 'live';
  private readonly agents: ReturnType<typeof agentsFor>;

  constructor(
    readonly mapping: Mapping,
    /** Where its callbacks go, token included; empty where it has none. */
    private readonly callbackUrl: string,
  ) {
    super();
    this.agents = agentsFor(mapping.connections);
  }

  override get name(): string {
    return this.mapping.name;
  }

  override get label(): string {
    const { name, sender } = this.mapping;
    return sender === '' ? name : `${name}, from ${sender}`;
  }

  override get countries(): readonly string[] {
    return this.mapping.countries;
  }

  override get patience(): number | null {
    if (!this.mapping.status) return null;
    return this.mapping.callback ? CALLBACKS_LATE : NO_CALLBACKS;
  }

  override async send(text: OutgoingText): Promise<CarriedText> {
    const { send, otherwise } = this.mapping;
    const { said, status } = await this.ask(send, this.valuesOf(text));
    if (said.accepted === false || this.explain(said.code)) throw this.refused(said, status, otherwise);
    if (said.id === '') throw this.refused(said, status, said.code === '' ? 'ambiguous' : otherwise);
    return this.carried(said, text.to, text.body);
  }

  override async fetch(id: string): Promise<CarriedText> {
    const { status } = this.mapping;
    if (!status) throw this.failure('content', 'no_status', 'Its mapping file says nothing of `status`.');
    const { said } = await this.ask(status, { id });
    return this.carried({ ...said, id }, '', '');
  }

  override async sentTo(text: OutgoingText): Promise<readonly CarriedText[] | undefined> {
    const { find } = this.mapping;
    if (!find || !text.delivery) return undefined;
    const heard = await this.hear(find, this.valuesOf(text));
    if (this.meansAbsent(heard, find.absent)) return [];
    const { said, status } = this.understood(heard);
    const isRefusal = said.accepted === false || (said.id === '' && said.code !== '');
    // Taken for "not there" the text would go out twice.
    if (isRefusal) throw this.refused(said, status, this.mapping.otherwise);
    return said.id === '' ? [] : [this.carried(said, text.to, text.body)];
  }

  override async lookUp(messages: readonly SentMessage[]): Promise<ProviderWords> {
    const texts = await oneByOne(messages.slice(0, ASKED), (id) => this.fetch(id), AT_ONCE);
    return new Map([...texts].map(([id, text]) => [id, text && this.wordOf(text)]));
  }

  override explain(code: string): Explanation | undefined {
    return own(this.mapping.codes, code);
  }

  override check(): Promise<Finding[]> {
    return carrierFindings(this.mapping, this.callbackUrl);
  }

  close(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  private valuesOf({ to, body, delivery, extras }: OutgoingText): Values {
    const { sender, unicode } = this.mapping;
    return {
      ...extras,
      id: '',
      to,
      to_digits: to.replace(/^\+/, ''),
      text: body,
      from: extras?.['dlt_header'] ?? sender,
      reference: delivery ? referenceOf(delivery) : '',
      callback_url: this.callbackUrl,
      unicode: segmentsOf(body).encoding === 'UCS-2' ? unicode.yes : unicode.no,
    };
  }

  private async ask(call: CallMapping, values: Values): Promise<{ said: Answered; status: number }> {
    return this.understood(await this.hear(call, values));
  }

  private async hear(call: CallMapping, values: Values): Promise<Heard> {
    const { target, body } = this.requestOf(call, values);
    const agent = this.agents[target.protocol ?? ''];
    let answer: Exchanged;
    try {
      answer = await exchange({ ...target, agent }, body, this.mapping.timeout, LONGEST_ANSWER);
    } catch (error) {
      throw this.silent(error);
    }
    return { ...answer, said: answered(answer.text, call.answer) };
  }

  private requestOf(call: CallMapping, values: Values) {
    try {
      return requestOf(call, values);
    } catch (error) {
      throw this.failure('content', 'unwritable', `${(error as Error).message}. Nothing was sent.`);
    }
  }

  /** What the mapping says means that there is no such text; a code that it explains otherwise comes first. */
  private meansAbsent({ said = NOTHING, status }: Heard, absent: readonly string[]): boolean {
    return absent.includes(said.code) || (absent.includes(String(status)) && !this.explain(said.code));
  }

  /** A readable answer of success by its HTTP status; anything else is sorted. */
  private understood({ said, status, headers }: Heard): { said: Answered; status: number } {
    if (status < 200 || status >= 300) {
      const kind = own(this.mapping.http, String(status)) ?? kindOfStatus(status);
      throw this.refused(said ?? NOTHING, status, kind, retryAfterOf(headers['retry-after']));
    }
    if (!said) throw this.failure('ambiguous', 'unreadable', 'Its answer cannot be read.');
    return { said, status };
  }

  private refused({ code, message }: Answered, status: number, kind: FailureKind, retryAfter?: number) {
    const known = this.explain(code);
    const named = code === '' ? `http_${status}` : code;
    const words = known ? `${known.sentence} ${known.cure}` : masked(message) || `HTTP ${status}.`;
    return new DeliveryFailure({
      kind: known?.class ?? kind,
      code: named,
      message: words,
      provider: this.name,
      unlisted: code !== '' && !known,
      ...(retryAfter !== undefined && { retryAfter }),
    });
  }

  private silent(error: unknown): DeliveryFailure {
    const { message } = error as Error;
    return error instanceof Silence && !error.written
      ? this.failure('not_accepted', 'unreachable', `It could not be reached: ${message}. Nothing was sent.`)
      : this.failure('ambiguous', 'no_answer', `No answer that could be read: ${message}.`);
  }

  private failure(kind: FailureKind, code: string, words: string): DeliveryFailure {
    return new DeliveryFailure({ kind, code, message: `${this.name}: ${words}`, provider: this.name });
  }

  private carried({ id, status, code }: Answered, to: string, body: string): CarriedText {
    const word = status === '' ? 'queued' : status;
    return {
      sid: id,
      to,
      word,
      status: this.statusOf(status) ?? 'queued',
      segments: body === '' ? 0 : segmentsOf(body).segments,
      price: null,
      priceUnit: null,
      errorCode: code === '' ? null : code,
      createdAt: new Date(),
      sentAt: null,
    };
  }

  private wordOf({ status, word, errorCode }: CarriedText): ProviderWord {
    const failed = statusOf(status) === 'failed';
    return {
      status,
      ...(failed && { failure: this.reported(errorCode) }),
      payload: { status: word, code: errorCode ?? '' },
    };
  }

  /** The carrier's word in ours; undefined for one that its mapping does not have. */
  statusOf(word: string): ProviderStatus | undefined {
    return own(this.mapping.statuses, word);
  }

  /** Why a text failed on its way, by the code that was reported. */
  reported(code: string | null) {
    const known = code === null ? undefined : this.explain(code);
    if (known && code !== null)
      return { kind: known.class, code, message: `${known.sentence} ${known.cure}` };
    const message = code === null ? 'The carrier gave no reason.' : `The carrier's reason is code ${code}.`;
    return { kind: 'maybe_later' as const, code: code ?? 'undelivered', message, unlisted: code !== null };
  }
}

/** An answer, whatever its status; `said` is undefined where it cannot be read. */
interface Heard extends Exchanged {
  readonly said: Answered | undefined;
}

const NOTHING: Answered = { id: '', status: '', code: '', message: '', accepted: undefined };

/** Of own fields only: a carrier's word must not reach for a prototype. */
const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
