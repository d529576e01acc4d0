import { LiveConnection } from './connection.js';
import { Emitter } from './emitter.js';
import { Hearing } from './hearing.js';
import { Http } from './http.js';
import { KeptPreferences } from './kept.preferences.js';
import { NotificationList } from './list.js';
import { Push } from './push.js';
import { type Patch, Store } from './store.js';
import { Tokens } from './tokens.js';
import type {
  ClientEvents,
  ClientOptions,
  ConnectionState,
  Filter,
  InboxNotification,
  PreferenceChanges,
  Preferences,
} from './types.js';
import { onPushed } from './worker.registration.js';

/**
 * A person's inbox without any looks: lists, the unread count, and what can be done, live. Every change shows at once
 * and is taken back when the service refuses it (`failed` says why).
 */
export class NotifyClient extends Emitter<ClientEvents> {
  /** What the live connection is. */
  state: ConnectionState = 'connecting';
  /** Push messages to this browser and the person's other ones. */
  readonly push: Push;
  readonly #store = new Store(() => this.#told());
  readonly #lists = new Set<NotificationList>();
  readonly #tokens: Tokens;
  readonly #http: Http;
  readonly #connection: LiveConnection;
  readonly #hearing: Hearing;
  readonly #preferences: KeptPreferences;
  #unread = 0;
  #telling = false;

  constructor(options: ClientOptions) {
    super();
    const { base } = options;
    const tokens = (this.#tokens = new Tokens(options, () => this.#startOver()));
    this.#http = new Http(base, tokens);
    this.#preferences = new KeptPreferences(this.#http);
    this.#hearing = new Hearing(this.#store, this.#lists, (item) => this.emit('notification', item));
    this.push = new Push(options, tokens, this.#http);
    onPushed((id) => this.#pushed(id));
    this.#connection = new LiveConnection({
      base,
      tokens,
      since: () => this.#store.place,
      hear: (message) => this.#hearing.hear(message),
      became: (state) => this.#became(state),
      refused: (why) => this.emit('failed', why),
    });
  }

  /** Opens the live connection; again after `stop`. */
  start(): void {
    this.#connection.start();
  }

  /** Ends it. What is known stays, until `start` finds somebody else signed in. */
  stop(): void {
    this.#tokens.forget();
    this.#connection.stop();
  }

  /** To be called when somebody has signed in or out, or to try once more: with a new token. */
  reconnect(): void {
    this.stop();
    this.start();
  }

  /** How many are unread in the inbox. */
  get unread(): number {
    return this.#store.unread;
  }

  /** What is known of one; undefined when nothing is. */
  item(id: string): InboxNotification | undefined {
    return this.#store.get(id);
  }

  /** Loads by itself, and stays up to date until it is closed. */
  list(filter: Filter): NotificationList {
    const list = new NotificationList(filter, this.#store, this.#http, () => this.#told());
    this.#lists.add(list);
    void list.load();
    return list;
  }

  close(list: NotificationList): void {
    this.#lists.delete(list);
  }

  markRead(id: string): Promise<boolean> {
    return this.#change(id, 'mark_read', { is_read: true });
  }

  markUnread(id: string): Promise<boolean> {
    return this.#change(id, 'mark_unread', { is_read: false });
  }

  archive(id: string): Promise<boolean> {
    return this.#change(id, 'archive', { is_archived: true, snoozed_until: null });
  }

  unarchive(id: string): Promise<boolean> {
    return this.#change(id, 'unarchive', { is_archived: false });
  }

  /** Out of the inbox until then; it comes back as a new one. */
  snooze(id: string, until: Date): Promise<boolean> {
    const moment = until.toISOString();
    return this.#change(id, 'snooze', { snoozed_until: moment, is_archived: false }, { until: moment });
  }

  unsnooze(id: string): Promise<boolean> {
    return this.#change(id, 'unsnooze', { snoozed_until: null });
  }

  async markAllRead(): Promise<boolean> {
    const before = this.#store.unread;
    const changed = this.#store.readAll();
    this.#store.count(0);
    return this.#kept(this.#http.call('POST', '/api/notifications/mark_all_read'), () => {
      for (const item of changed) this.#store.restore(item);
      this.#store.count(before);
    });
  }

  /**
   * Read once; `setPreferences` keeps it up to date.
   * @param language of its labels and sentences (BCP 47); by default what the browser asks for, else the person's own
   */
  preferences(language = ''): Promise<Preferences> {
    return this.#preferences.read(language);
  }

  /** Rejected with what the service says against it. */
  async setPreferences(changes: PreferenceChanges, language = ''): Promise<Preferences> {
    const answer = await this.#preferences.set(language, changes);
    this.#told();
    return answer;
  }

  #change(id: string, action: string, patch: Patch, body?: object): Promise<boolean> {
    const before = this.#store.get(id);
    this.#store.patchHere(id, patch);
    return this.#kept(this.#http.call('POST', `/api/notifications/${id}/${action}`, body), () => {
      if (before) this.#store.restore(before);
    });
  }

  /** True when the service took it; otherwise it is undone here, and `failed` says why. */
  async #kept(call: Promise<unknown>, undo: () => void): Promise<boolean> {
    const { turn } = this.#tokens;
    try {
      await call;
      return true;
    } catch (error) {
      if (turn !== this.#tokens.turn) return false;
      undo();
      this.emit('failed', error as Error);
      void this.#recount();
      return false;
    }
  }

  async #recount(): Promise<void> {
    // Without a network the next connection says it.
    const answer = this.#http.call<{ count: number }>('GET', '/api/notifications/unread_count');
    await answer.then(({ count }) => this.#store.count(count)).catch(() => undefined);
  }

  /** Somebody else is signed in, or nobody: nothing stays of the one before. */
  #startOver(): void {
    this.#store.clear();
    this.#preferences.forget();
    this.#hearing.startOver();
    this.#connection.restart();
    for (const list of this.#lists) list.restart();
    this.emit('person', undefined);
  }

  #became(state: ConnectionState): void {
    if (state === this.state) return;
    this.state = state;
    this.emit('state', state);
    this.#told();
    if (state === 'live' || state === 'signed-out') void this.#follow();
  }

  async #follow(): Promise<void> {
    // What cannot be done now is done when the next page connects.
    if (await this.push.follow().catch(() => false)) this.emit('push', undefined);
  }

  /** There is a network, then. What the live connection has brought is not asked for once more. */
  #pushed(id: string): void {
    if (this.state === 'lost' && !this.#store.get(id)) this.#connection.restart();
  }

  /** Many changes in one turn are told once. */
  #told(): void {
    if (this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      if (this.unread !== this.#unread) this.emit('unread', (this.#unread = this.unread));
      this.emit('change', undefined);
    });
  }
}
