import { Inject, type OnModuleInit, type Type } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { Process } from '@nestjs/bull';
import type { Delivery } from '../deliveries/delivery.entity.js';
import type { Fault, Guarantee, PRIORITY, ProviderStatus } from '../deliveries/status.js';
import { NotificationCreated } from '../notifications/notification-created.event.js';
import { ChannelRegistry } from './channel.registry.js';
import type { FailureKind } from './failures.js';
import { DeliveryMetadata } from './channel.view.js';
import type { Devices } from './devices.js';
import { Dispatcher, type Job } from './dispatcher.js';
import type { ProviderReport } from './reports.js';

/** The person a channel may reach: what it needs of them to find an address. */
export interface Recipient {
  readonly id: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly firstName: string;
  readonly locale: string;
  readonly timeZone: string;
  /** What channels have noted of the person for themselves (`UsersService.addAddress`), by channel. */
  readonly addresses: Readonly<Record<string, readonly string[] | undefined>>;
}

/** What silence means: the person has not said yes or no. `always` asks nobody (the inbox). */
export type Silence = 'always' | 'opt-in' | 'opt-out';

/** One message, ready to go: who, what, and which try it is. */
export interface Message<Part extends string = string> {
  readonly deliveryId: string;
  readonly notificationId: string;
  readonly userId: string;
  readonly type: string;
  readonly category: string;
  readonly attempt: number;
  /** Who carries it, or has carried it: one of the channel's `providers`. */
  readonly provider: string;
  readonly guarantee: Guarantee;
  readonly to: string;
  readonly content: Readonly<Record<Part, string>>;
  readonly expiresAt: Date | null;
  /** Whether the person may do without messages of this category: then it carries a way out. */
  readonly optional: boolean;
}

/** The provider's answer to a message it took. */
export interface Receipt {
  readonly provider: string;
  /** Its own id for the message; null where it gives none. */
  readonly providerId: string | null;
  readonly status: ProviderStatus;
  readonly segments?: number;
  readonly encoding?: string;
}

/** A message that the provider has taken. */
export interface SentMessage {
  readonly providerId: string;
  readonly sentAt: Date;
}

/** What the provider says of it when it is asked. */
export type ProviderWord = Pick<ProviderReport, 'status' | 'failure' | 'payload'>;

/**
 * The same of many, by the provider's own ids: undefined for one that it does not know any more. What was not asked
 * after, since they were too many for one question, is not there: it keeps its turn.
 */
export type ProviderWords = ReadonlyMap<string, ProviderWord | undefined>;

/** What a channel's table of errors says of a provider's code. */
export interface Explanation {
  readonly class: FailureKind;
  /** What happened. */
  readonly sentence: string;
  /** What to do. */
  readonly cure: string;
}

/** What a message costs before it is sent. */
export interface Estimate {
  readonly segments?: number;
  readonly encoding?: string;
  /** ISO 3166; where the address is. */
  readonly country?: string;
  /** Exact decimal as text, of one attempt. */
  readonly price?: string;
  /** ISO 4217. */
  readonly currency?: string;
}

/** The rendered words for one address, before they are planned. */
export interface Wording<Part extends string = string> {
  readonly to: string;
  readonly content: Readonly<Record<Part, string>>;
  /** Of the words. */
  readonly locale: string;
  /** What the template tells the channel beside its words, as `wrongOptions` let it through. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly type: string;
  readonly category: string;
  readonly priority: keyof typeof PRIORITY;
  /** Makes a short link to the person's choice of this category; absent where they cannot do without it. */
  readonly wayOut?: () => string;
  /** What it is that they tell; absent where words are only tried. */
  readonly notification?: NotificationFacts;
}

/** What a channel may keep of a notification beside its words. */
export interface NotificationFacts {
  /** As people quote it. */
  readonly reference: string;
  /** Where a tap leads: a path of the platform, or an https URL. */
  readonly actionUrl: string | null;
  /** As it is sent: what goes to many at once has the lowest. */
  readonly priority: keyof typeof PRIORITY;
}

/** What is wrong with one option of a template's words. */
export interface WrongOption {
  /** Its name; dotted where it lies within another one. */
  readonly option: string;
  /** What it must be, as "must be true or false"; the name stands before it. */
  readonly detail: string;
}

/** Why a channel does not carry these words to this address: the rule, whose doing it is, and the cure. */
export interface Refusal {
  readonly rule: string;
  readonly fault: Fault;
  readonly detail: string;
}

/** What a channel has changed in the words, told wherever the delivery is. */
export interface Change {
  readonly rule: string;
  readonly detail: string;
  /** Each character that was replaced. */
  readonly replaced: readonly Replaced[];
  /** Segments that are saved by it. */
  readonly saved: number;
}

interface Replaced {
  readonly part: string;
  readonly character: string;
  /** Which character of the part as it was written, counted from one. */
  readonly place: number;
  readonly becomes: string;
}

/** What a channel makes of a wording: the words that are stored and sent, and what they cost. */
export interface Prepared<Part extends string = string> {
  readonly content: Readonly<Record<Part, string>>;
  readonly estimate: Estimate;
  readonly changes?: readonly Change[];
  readonly refusal?: Refusal;
}

/** Whether and how a channel works just now, for the banner, the health page and the plan. */
export interface ChannelMode {
  readonly mode: 'live' | 'sandbox' | 'off';
  /** For people: the display name, as `SMS`. */
  readonly label: string;
  /** One line: through whom, or how to switch it on. */
  readonly detail: string;
}

/** How a delivery shows in its notification's JSON. */
export interface DeliveryView {
  /** Appears as `metadata.<channel>`. */
  readonly metadata?: object;
  /** Fields of the notification itself that clients of old know. */
  readonly fields?: object;
}

/** The classes of the same two. */
interface DeliveryViewTypes {
  readonly metadata: Type;
  readonly fields?: Type;
}

/** A way to reach a person: one class says what is peculiar to it. */
export abstract class Channel<Part extends string = string> implements OnModuleInit {
  /** Its name everywhere: queue, preference, section of a template, deliveries. */
  abstract readonly name: string;
  abstract readonly consent: Silence;
  /** The parts that a template must offer to this channel. */
  abstract readonly parts: readonly Part[];
  /** True where the commit itself delivers (the inbox): the row is born `delivered` when it is due at once. */
  readonly atCommit: boolean = false;
  /** Whether it reaches people wherever they are, and so heeds quiet hours; what is read when there is time does not. */
  readonly interrupts: boolean = true;
  /** True where each message costs money, and somebody may gain by making us send: then the caps and velocity limits hold. */
  readonly metered: boolean = false;
  /** True where people come by themselves, as with a browser: whoever has not come is not told of as left out. */
  readonly joined: boolean = false;
  /** The devices that a person has brought; absent where there is no such thing. */
  readonly devices?: Devices;
  /** How long an unknown outcome rests before the provider is asked, in seconds. */
  readonly grace: number = 120;
  /** What `view` returns, for the API's description. */
  readonly shown: DeliveryViewTypes = { metadata: DeliveryMetadata };

  @Inject(ChannelRegistry) private readonly registry!: ChannelRegistry;

  onModuleInit(): void {
    this.registry.add(this);
  }

  /** Who carries its messages as a rule: what its breaker and the ledger call it. */
  get provider(): string {
    return this.name;
  }

  /** All who may carry them, the preferred one first. When that one is not called, the next one takes over. */
  get providers(): readonly string[] {
    return [this.provider];
  }

  /**
   * Those of them that carry to this address, in the same order; never none, and never rejected. Asked before each send:
   * where it has to be looked up, it is kept.
   */
  providersFor(_to: string): readonly string[] | Promise<readonly string[]> {
    return this.providers;
  }

  /**
   * How long a message may be `sent` without another word before the provider is asked, in seconds; null where it
   * cannot be asked.
   */
  patienceWith(_provider: string): number | null {
    return 900;
  }

  abstract mode(): ChannelMode;
  abstract addressesOf(recipient: Recipient): string[];
  /** Why a person has no address for it though they have something like one; null where there is nothing at all. */
  unreachable(_recipient: Recipient): Refusal | null {
    return null;
  }
  /** An address as people write it, in the form that `addressesOf` gives; null where it is none of its kind. */
  normalize(address: string): string | null {
    return address;
  }
  /** Hands one message to the provider. Throws only `DeliveryFailure`; anything else counts as ambiguous. */
  abstract send(message: Message<Part>): Promise<Receipt>;

  /**
   * Asks the message's provider for it when its outcome was lost: its receipt, null when it surely has none, or
   * `untold` where it cannot be asked.
   */
  find?(message: Message<Part>, startedAt: Date): Promise<Receipt | null | 'untold'>;
  /** Asks a provider how messages fare that it took. Throws when it gave no answer: then nobody was asked after. */
  lookUp?(messages: readonly SentMessage[], provider: string): Promise<ProviderWords>;
  /** What a code of a provider's means, and what to do; undefined where no table has it. */
  explain?(code: string, provider: string | null): Explanation | undefined;

  /**
   * What it makes of the words for an address before they are stored: measured, changed, or refused. Each answer of the API
   * waits for it, so it asks nobody. A refused wording is planned as skipped, with the refusal's rule as its reason.
   */
  prepare({ content }: Wording<Part>): Prepared<Part> {
    return { content, estimate: {} };
  }

  /** What is wrong with the options of a template's words for it, as the loader and the API tell it. It has none. */
  wrongOptions(options: Readonly<Record<string, unknown>>): readonly WrongOption[] {
    return Object.keys(options).map((option) => ({ option, detail: `is no option of ${this.name}` }));
  }

  /** How its deliveries show in the notification's JSON: none, one, or one for each address. */
  view([delivery]: readonly Delivery[]): DeliveryView {
    if (!delivery) return {};
    const { status, sentAt, errorCode } = delivery;
    const metadata: DeliveryMetadata = {
      sent: sentAt !== null,
      sent_at: sentAt,
      status,
      error_code: errorCode,
    };
    return { metadata };
  }
}

/** How many deliveries of one channel a process works on at once. */
const CONCURRENCY = 64;

/** A channel whose deliveries go through the queue. The listener and the processor are inherited. */
export abstract class QueuedChannel<Part extends string = string> extends Channel<Part> {
  @Inject(Dispatcher) private readonly dispatcher!: Dispatcher;

  @OnEvent(NotificationCreated.name)
  onNotificationCreated({ deliveries }: NotificationCreated): void {
    for (const { id, channel, attempt, priority, due } of deliveries) {
      if (due && channel === this.name) this.dispatcher.hint(channel, { id, attempt, priority });
    }
  }

  @Process({ concurrency: CONCURRENCY })
  async process({ data }: { data: Partial<Job> }): Promise<void> {
    await this.dispatcher.processOne(this.name, data);
  }
}
