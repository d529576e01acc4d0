import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import twilio from 'twilio';
import type { Explanation, ProviderWord, ProviderWords, SentMessage } from '../channels/channel.js';
import type { Finding } from '../checkups/checkup.js';
import { DeliveryFailure } from '../channels/failures.js';
import { statusOf } from '../deliveries/status.js';
import { Silence } from '../http/exchange.js';
import type { CarriedText } from './carried.text.js';
import { carriedTexts } from './carried.texts.js';
import { SmsSettings } from './sms.settings.js';
import { TwilioAccount } from './twilio.account.js';
import { accountFindings, callbackFinding, clockFindings, refusal } from './twilio.checkup.js';
import { explanationOf, failureOf, reportedFailure } from './twilio.errors.js';
import { TwilioHttp } from './twilio.http.js';
import { type OutgoingText, SmsProvider } from './sms.provider.js';
import { carriedText } from './twilio.message.js';

type Client = ReturnType<typeof twilio>;
type ListPage = Pick<Awaited<ReturnType<Client['messages']['page']>>, 'instances' | 'nextPage'>;

/** What Lookup knows of a number. */
export interface NumberFacts {
  readonly number: string;
  readonly valid: boolean;
  readonly country: string | null;
  /** `mobile`, `landline`, ...; null where it is not known. */
  readonly type: string | null;
  readonly carrier: string | null;
  /** Why it is not valid, in Twilio's words. */
  readonly errors: readonly string[];
}

/** Seconds without a word after which a text is asked after: where callbacks come, and where none may. */
const CALLBACKS_LATE = 900;
const NO_CALLBACKS = 3;
/** Try again when we were away, did not answer in time or had trouble; unlike Twilio's default, on 5xx too. */
const RETRIES = '#rc=5&rp=ct,rt,5xx';
/** The longest that Twilio keeps a message in its queue, in seconds. */
const LONGEST_VALIDITY = 36_000;
/** How many of a number's newest messages are looked through for a lost one. */
const NEWEST = 50;

/** Speaks with Twilio, or with the sandbox, through Twilio's SDK. Throws nothing but `DeliveryFailure`. */
@Injectable()
export class TwilioProvider extends SmsProvider implements OnApplicationShutdown {
  override readonly countries = [];
  private readonly http: TwilioHttp;
  private client: Client | undefined;

  constructor(
    private readonly account: TwilioAccount,
    { timeout, connections }: SmsSettings,
  ) {
    super();
    this.http = new TwilioHttp({ origin: account.origin, timeout, connections });
  }

  override get name(): string {
    return this.account.provider;
  }

  override get mode(): 'live' | 'sandbox' {
    return this.account.mode === 'sandbox' ? 'sandbox' : 'live';
  }

  override get label(): string {
    const { from, messagingServiceSid = '' } = this.account;
    return `Twilio, from ${from ?? messagingServiceSid}`;
  }

  /** Callbacks are usual; without them, and on this machine, it is asked at once. */
  override get patience(): number {
    const { mode, callbackUrl } = this.account;
    return mode === 'live' && callbackUrl !== undefined ? CALLBACKS_LATE : NO_CALLBACKS;
  }

  override send({ to, body, delivery, expiresAt }: OutgoingText): Promise<CarriedText> {
    const { from, messagingServiceSid, callbackUrl } = this.account;
    return this.ask(async ({ messages }) =>
      readable(
        await messages.create({
          to,
          body,
          ...(from !== undefined && { from }),
          ...(messagingServiceSid !== undefined && { messagingServiceSid }),
          ...(delivery && callbackUrl !== undefined && { statusCallback: callbackOf(callbackUrl, delivery) }),
          ...validityOf(expiresAt),
        }),
      ),
    );
  }

  override fetch(sid: string): Promise<CarriedText> {
    return this.ask(async ({ messages }) => readable(await messages(sid).fetch()));
  }

  /** Messages to this number with exactly these words. */
  override sentTo({ to, body }: OutgoingText, since: Date): Promise<CarriedText[]> {
    return this.ask(async ({ messages }) => {
      const newest = await messages.list({ to, limit: NEWEST, pageSize: NEWEST });
      return newest.flatMap((message) => {
        const text = message.body === body ? carriedText(message) : undefined;
        return text && text.createdAt >= since ? [text] : [];
      });
    });
  }

  /** The messages that were sent between two moments, these included, newest first, page by page. */
  async *sentBetween(since: Date, until: Date, pageSize: number): AsyncGenerator<CarriedText[]> {
    const period = { dateSentAfter: since, dateSentBefore: until };
    let page: ListPage | undefined = await this.ask(({ messages }) => messages.page({ ...period, pageSize }));
    while (page) {
      const shown: ListPage = page;
      yield shown.instances.flatMap((message) => carriedText(message) ?? []);
      page = await this.ask(async () => shown.nextPage());
    }
  }

  override async lookUp(messages: readonly SentMessage[]): Promise<ProviderWords> {
    const texts = await carriedTexts(this, messages);
    return new Map([...texts].map(([sid, text]) => [sid, text && wordOf(text)]));
  }

  override explain(code: string): Explanation | undefined {
    return explanationOf(code);
  }

  override async check(): Promise<Finding[]> {
    const asked = await this.ask((client) => accountFindings(client, this.account)).catch(
      (error: unknown) => [refusal(error)],
    );
    return [...asked, callbackFinding(this.account), ...clockFindings(this.http.clock)];
  }

  lookup(number: string): Promise<NumberFacts> {
    return this.ask(async ({ lookups }) => {
      const found = await lookups.v2.phoneNumbers(number).fetch({ fields: 'line_type_intelligence' });
      // Where the package is not enabled the field is null, whatever its type says.
      const line = found.lineTypeIntelligence as { type?: string | null; carrierName?: string | null } | null;
      return {
        number: found.phoneNumber,
        valid: found.valid,
        country: found.countryCode,
        type: line?.type ?? null,
        carrier: line?.carrierName ?? null,
        errors: found.validationErrors,
      };
    });
  }

  onApplicationShutdown(): void {
    this.http.close();
  }

  private async ask<T>(question: (client: Client) => Promise<T>): Promise<T> {
    const { mode, sid, tokens, provider } = this.account;
    if (mode === 'off') throw notConfigured(provider);
    // Made at the first use: loading Twilio's modules takes a moment that a command's --help need not wait for.
    this.client ??= twilio(sid, tokens[0], { httpClient: this.http });
    try {
      return await question(this.client);
    } catch (error) {
      throw failureOf(error, provider);
    }
  }
}

const wordOf = ({ status, word, errorCode }: CarriedText): ProviderWord => ({
  status,
  ...(statusOf(status) === 'failed' && { failure: reportedFailure(errorCode ?? undefined) }),
  payload: { MessageStatus: word, ErrorCode: errorCode ?? '' },
});

/** The fragment is for Twilio alone: it is neither sent to us nor signed. */
function callbackOf(base: string, { id, attempt }: { id: string; attempt: number }): string {
  return `${base}${base.includes('?') ? '&' : '?'}d=${id}&a=${attempt}${RETRIES}`;
}

function validityOf(expiresAt: Date | null | undefined): { validityPeriod?: number } {
  if (!expiresAt) return {};
  const seconds = Math.ceil((expiresAt.getTime() - Date.now()) / 1000);
  return seconds < LONGEST_VALIDITY ? { validityPeriod: Math.max(seconds, 1) } : {};
}

function readable(message: Parameters<typeof carriedText>[0]): CarriedText {
  const text = carriedText(message);
  if (!text) throw new Silence(true, 'the answer holds no message');
  return text;
}

const notConfigured = (provider: string) =>
  new DeliveryFailure({
    kind: 'configuration',
    code: 'not_configured',
    message: 'SMS is not configured. Set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_PHONE_NUMBER.',
    provider,
  });
