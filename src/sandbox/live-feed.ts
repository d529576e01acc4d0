import type { ServerResponse } from 'node:http';
import type { Behaviour } from './behaviour.js';
import type { MailReader } from './mail-reader.js';
import type { Message } from './message.js';
import type { MessageStore, StoreEvent } from './message-store.js';
import { summaryOf } from './message-view.js';

const BATCH_MS = 100;
const HEARTBEAT_MS = 15_000;
/** More changes than this at once are not told one by one: the page reads its list again. */
const MAX_BATCH = 40;
const RELOAD_MS = 2_000;
const MAX_BEHIND_BYTES = 1024 * 1024;

/**
 * Server-sent events for the page: `messages` (new or changed ones), `reload` (too much, or removed) and
 * `behaviour` (it is another now, or was seen).
 */
export class LiveFeed {
  private readonly clients = new Set<ServerResponse>();
  private readonly changes = new Set<Message>();
  private mustReload = false;
  private mustTellBehaviour = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly heartbeat = setInterval(() => this.write(':\n\n'), HEARTBEAT_MS);

  constructor(
    private readonly store: MessageStore,
    private readonly reader: MailReader,
    behaviour: Behaviour,
  ) {
    this.heartbeat.unref();
    store.listen((event) => this.note(event));
    behaviour.listen(() => {
      this.mustTellBehaviour = this.clients.size > 0;
      this.soon();
    });
  }

  add(response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.write('retry: 1000\n\n');
    this.clients.add(response);
    response.once('close', () => this.clients.delete(response));
  }

  stop(): void {
    clearInterval(this.heartbeat);
    clearTimeout(this.timer);
    for (const client of this.clients) client.end();
  }

  private note(event: StoreEvent): void {
    if (this.clients.size === 0) return;
    if (event.kind === 'removed' || this.changes.size >= MAX_BATCH) this.mustReload = true;
    else this.changes.add(event.message);
    this.soon();
  }

  private soon(): void {
    if (this.clients.size > 0) this.timer ??= setTimeout(() => void this.flush(), BATCH_MS);
  }

  private async flush(): Promise<void> {
    const changed = [...this.changes].filter((message) => this.store.find(message.id) === message);
    this.changes.clear();
    if (this.mustTellBehaviour) this.write('event: behaviour\ndata: {}\n\n');
    this.mustTellBehaviour = false;
    if (this.mustReload) {
      this.mustReload = false;
      this.write('event: reload\ndata: {}\n\n');
      // What comes right after is in the list that the page reads now, or in the next one.
      this.timer = setTimeout(() => void this.flush(), RELOAD_MS);
      return;
    }
    this.timer = undefined;
    if (changed.length === 0) return;
    const views = await Promise.all(changed.map((message) => summaryOf(message, this.reader)));
    this.write(`event: messages\ndata: ${JSON.stringify(views)}\n\n`);
  }

  private write(text: string): void {
    for (const client of this.clients) {
      if (client.writableLength > MAX_BEHIND_BYTES) client.destroy();
      else client.write(text);
    }
  }
}
