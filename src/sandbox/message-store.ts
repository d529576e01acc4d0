import { CHANNELS, matches, type Channel, type Message, type MessageFilter } from './message.js';

export type StoreEvent =
  { readonly kind: 'added' | 'changed'; readonly message: Message } | { readonly kind: 'removed' };

/** A long bench must not fill the memory: the oldest messages go first. */
const DEFAULT_CAPACITY = 20_000;
const MAX_MAIL_BYTES = 128 * 1024 * 1024;

/** The newest messages of each channel, in memory. */
export class MessageStore {
  private readonly messages: Record<Channel, Map<string, Message>> = {
    sms: new Map(),
    email: new Map(),
    push: new Map(),
  };
  private readonly listeners = new Set<(event: StoreEvent) => void>();
  private mailBytes = 0;

  constructor(private readonly capacity = DEFAULT_CAPACITY) {}

  add(message: Message): void {
    this.restore(message);
    this.tell({ kind: 'added', message });
  }

  /** Adds without telling anybody: for what was kept from an earlier run. */
  restore(message: Message): void {
    const kept = this.messages[message.channel];
    kept.set(message.id, message);
    if (message.channel === 'email') this.mailBytes += message.raw.length;
    while (kept.size > this.capacity || (message.channel === 'email' && this.isTooBig(kept))) {
      const [oldest] = kept.values();
      if (oldest) this.drop(oldest);
    }
  }

  changed(message: Message): void {
    if (this.find(message.id) === message) this.tell({ kind: 'changed', message });
  }

  find(id: string): Message | undefined {
    return CHANNELS.map((channel) => this.messages[channel].get(id)).find((message) => message);
  }

  /** Newest first. */
  list(filter: MessageFilter = {}, limit = Infinity): Message[] {
    const found: Message[] = [];
    for (const message of this.newestFirst(filter.channel)) {
      if (found.length >= limit) break;
      if (matches(message, filter)) found.push(message);
    }
    return found;
  }

  remove(messages: readonly Message[]): void {
    for (const message of messages) this.drop(message);
    this.tell({ kind: 'removed' });
  }

  count(channel: Channel): number {
    return this.messages[channel].size;
  }

  /** Whether another match came before the time was over, or whoever waits had gone. */
  next(filter: MessageFilter, milliseconds: number, gone: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (came: boolean) => {
        clearTimeout(timer);
        unlisten();
        gone.removeEventListener('abort', leave);
        resolve(came);
      };
      const leave = () => end(false);
      const timer = setTimeout(leave, Math.max(milliseconds, 0));
      const unlisten = this.listen((event) => {
        if (event.kind === 'added' && matches(event.message, filter)) end(true);
      });
      gone.addEventListener('abort', leave);
    });
  }

  /** Returns the function that ends the listening. */
  listen(listener: (event: StoreEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private tell(event: StoreEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  private newestFirst(channel?: Channel): Message[] {
    if (channel) return [...this.messages[channel].values()].reverse();
    const all = CHANNELS.flatMap((one) => [...this.messages[one].values()]);
    return all.sort((a, b) => b.receivedAt - a.receivedAt);
  }

  private isTooBig(kept: Map<string, Message>): boolean {
    return this.mailBytes > MAX_MAIL_BYTES && kept.size > 1;
  }

  private drop(message: Message): void {
    this.messages[message.channel].delete(message.id);
    if (message.channel === 'email') this.mailBytes -= message.raw.length;
  }
}
