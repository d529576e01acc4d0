import type { Account } from './account.js';
import { Behaviour } from './behaviour.js';
import { BehaviourApi } from './behaviour-api.js';
import { Carrier, DEFAULT_TIMING, type Timing } from './carrier.js';
import { DevApi } from './dev-api.js';
import { HttpServer } from './http-server.js';
import { IncomingTexts, type Exchange, type IncomingText } from './incoming-texts.js';
import { LiveFeed } from './live-feed.js';
import { MailReader } from './mail-reader.js';
import { Mailbox } from './mailbox.js';
import type { Channel, MessageFilter } from './message.js';
import { MessageJournal } from './message-journal.js';
import { MessageSearch } from './message-search.js';
import { MessageStore, type StoreEvent } from './message-store.js';
import { viewOf, type MailView, type PushView, type TextView } from './message-view.js';
import { OptOuts } from './opt-outs.js';
import { OwnNumber } from './own-number.js';
import { Page } from './page.js';
import type { PushDevice } from './push-device.js';
import { PushApi } from './push-api.js';
import { SandboxPushService } from './push-service.js';
import { ReplyApi } from './reply-api.js';
import { StatusCallbacks } from './status-callbacks.js';
import { TwilioApi } from './twilio-api.js';
import { UnreliableCallbacks } from './unreliable-callbacks.js';

const HOST = '127.0.0.1';

export interface SandboxOptions {
  /** AC and 32 hex digits. */
  readonly accountSid: string;
  readonly authToken: string;
  /** 0 or nothing: any free one. */
  readonly port?: number;
  readonly smtpPort?: number;
  /** Where messages are kept over a restart; without it they are not. */
  readonly dataFolder?: string;
  /** Where texts go that come in: what is set as the number's SMS URL at Twilio. */
  readonly smsUrl?: string;
  /** How fast texts live. */
  readonly timing?: Partial<Timing>;
  /** How many messages of a channel are kept. */
  readonly capacity?: number;
}

interface Views {
  sms: TextView;
  email: MailView;
  push: PushView;
}

type Of<C extends Channel> = MessageFilter & { readonly channel: C };

/**
 * A carrier that speaks Twilio's API, a mailbox that speaks SMTP and a push service with browsers, for development and tests: the service
 * sends with its real code, and whoever wants to can see what arrived. Listens on 127.0.0.1 only.
 */
export class Sandbox {
  /** `http://127.0.0.1:port`: Twilio's API, the dev API and the page. */
  url = '';
  /** The same with the account in it: the value of SANDBOX_URL. */
  accountUrl = '';
  /** `smtp://127.0.0.1:port`: the mailbox. */
  smtpUrl = '';
  /** What goes wrong on purpose; changed at any time. */
  readonly behaviour = new Behaviour();

  private readonly store: MessageStore;
  private readonly reader = new MailReader();
  private readonly feed: LiveFeed;
  private readonly callbacks: StatusCallbacks;
  private readonly way: UnreliableCallbacks;
  private readonly carrier: Carrier;
  private readonly optOuts: OptOuts;
  private readonly incoming: IncomingTexts;
  private readonly search: MessageSearch;
  private readonly server: HttpServer;
  private readonly mailbox: Mailbox;
  private readonly pushes: SandboxPushService;
  private journal: MessageJournal | undefined;

  private constructor(private readonly options: SandboxOptions) {
    const { accountSid: sid, authToken, timing, capacity, smsUrl } = options;
    const account: Account = { sid, authToken };
    const number = new OwnNumber(sid, smsUrl);
    this.store = new MessageStore(capacity);
    this.search = new MessageSearch(this.store, this.reader);
    this.optOuts = new OptOuts(this.store, this.behaviour);
    this.feed = new LiveFeed(this.store, this.reader, this.behaviour);
    this.callbacks = new StatusCallbacks(authToken);
    this.way = new UnreliableCallbacks(this.callbacks, this.behaviour);
    this.carrier = new Carrier(sid, this.store, this.way, this.behaviour, { ...DEFAULT_TIMING, ...timing });
    this.incoming = new IncomingTexts(account, this.store, this.carrier, number, this.optOuts);
    this.mailbox = new Mailbox(this.store, this.behaviour);
    this.pushes = new SandboxPushService(this.store, this.behaviour);
    this.server = new HttpServer([
      new TwilioApi(account, this.store, this.carrier, this.behaviour, this.optOuts, number),
      new DevApi(this.store, this.search, this.reader, this.feed),
      new ReplyApi(this.store, this.incoming, this.reader),
      new PushApi(this.pushes),
      new BehaviourApi(this.behaviour),
      new Page(),
    ]);
  }

  static async start(options: SandboxOptions): Promise<Sandbox> {
    const sandbox = new Sandbox(options);
    try {
      await sandbox.open();
      return sandbox;
    } catch (error) {
      await sandbox.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.carrier.stop();
    this.way.stop();
    this.callbacks.stop();
    this.feed.stop();
    await Promise.all([this.server.close(), this.mailbox.close()]);
    await this.journal?.close();
  }

  /** Newest first. */
  messages<C extends Channel>(filter: Of<C>): Promise<Views[C][]>;
  messages(filter?: MessageFilter): Promise<Views[Channel][]>;
  messages(filter: MessageFilter = {}): Promise<Views[Channel][]> {
    return this.wait(filter, 0);
  }

  /** As soon as there is a match; none when the time is over. */
  wait<C extends Channel>(filter: Of<C>, milliseconds?: number): Promise<Views[C][]>;
  wait(filter?: MessageFilter, milliseconds?: number): Promise<Views[Channel][]>;
  async wait(filter: MessageFilter = {}, milliseconds = 10_000): Promise<Views[Channel][]> {
    const found = await this.search.find(filter, { wait: milliseconds });
    return Promise.all(found.map((message) => viewOf(message, this.reader)));
  }

  /** A browser that turns push on: what it gives away when it does. */
  addDevice(name: string): Pick<PushDevice, 'id' | 'name' | 'endpoint' | 'keys'> {
    return this.pushes.add(name);
  }

  /** It turns push off. False where there is no such device. */
  removeDevice(id: string): boolean {
    return this.pushes.remove(id);
  }

  /** Somebody texts one of our numbers; resolves when the number's SMS URL has answered. */
  receive(text: IncomingText): Promise<Exchange> {
    return this.incoming.receive(text);
  }

  /** Each message as it comes and as it changes, raw and at once; returns the function that ends it. */
  listen(listener: (event: StoreEvent) => void): () => void {
    return this.store.listen(listener);
  }

  clear(): void {
    this.store.remove(this.store.list());
  }

  private async open(): Promise<void> {
    const { dataFolder, port = 0, smtpPort = 0, accountSid, authToken } = this.options;
    if (dataFolder !== undefined) this.journal = await MessageJournal.open(dataFolder, this.store);
    const address = `${HOST}:${await this.server.listen(port, HOST)}`;
    this.url = `http://${address}`;
    this.pushes.origin = this.url;
    this.accountUrl = `http://${accountSid}:${encodeURIComponent(authToken)}@${address}`;
    this.smtpUrl = `smtp://${HOST}:${await this.mailbox.listen(smtpPort, HOST)}`;
    this.optOuts.recall();
    this.carrier.resume();
  }
}
