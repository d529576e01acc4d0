import type { MailReader } from './mail-reader.js';
import type { Message, MessageFilter } from './message.js';
import type { MessageStore } from './message-store.js';

interface Search {
  readonly limit?: number;
  /** Milliseconds for which a first match is waited for. */
  readonly wait?: number;
  /** Aborted when nobody waits any more. */
  readonly gone?: AbortSignal;
}

/** Finds messages by what they say, too, and waits for them. */
export class MessageSearch {
  constructor(
    private readonly store: MessageStore,
    private readonly reader: MailReader,
  ) {}

  /** Newest first; none when the time is over. */
  async find(filter: MessageFilter, { limit = Infinity, wait = 0, gone }: Search = {}): Promise<Message[]> {
    const deadline = Date.now() + wait;
    for (;;) {
      const done = new AbortController();
      const signal = gone ? AbortSignal.any([gone, done.signal]) : done.signal;
      // Listened for before it is looked for: what comes in between is not missed.
      const next = wait > 0 && this.store.next(filter, deadline - Date.now(), signal);
      const found = await this.look(filter, limit);
      if (found.length > 0) done.abort();
      if (!(await next) || found.length > 0) return found;
    }
  }

  private async look(filter: MessageFilter, limit: number): Promise<Message[]> {
    if (filter.contains === undefined) return this.store.list(filter, limit);
    const wanted = filter.contains.toLowerCase();
    const found: Message[] = [];
    for (const message of this.store.list(filter)) {
      if (found.length >= limit) break;
      if ((await this.wordsOf(message)).toLowerCase().includes(wanted)) found.push(message);
    }
    return found;
  }

  private async wordsOf(message: Message): Promise<string> {
    if (message.channel === 'sms') return `${message.to} ${message.from ?? ''} ${message.text}`;
    if (message.channel === 'push') return [message.deviceName, message.title, message.body].join('\n');
    const { html, text } = await this.reader.read(message);
    return [...message.to, message.from, message.subject, text, html].join('\n');
  }
}
