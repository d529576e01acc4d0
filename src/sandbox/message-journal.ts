import { createReadStream } from 'node:fs';
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Message } from './message.js';
import type { MessageStore } from './message-store.js';

const WRITE_EVERY_MS = 200;
const REWRITE_ABOVE_BYTES = 64 * 1024 * 1024;
const LINES_AT_ONCE = 200;

/**
 * Keeps the store's messages in a file of JSON lines, so that they are there after a restart.
 * A line is a whole message; the last line of an id counts. Written in batches, off the hot path:
 * a kill loses at most the last moment, and a torn last line is passed over.
 */
export class MessageJournal {
  private readonly dirty = new Set<Message>();
  private mustRewrite = false;
  private bytes = 0;
  private rewriteAt = REWRITE_ABOVE_BYTES;
  private readonly timer: NodeJS.Timeout;
  private writing: Promise<void> = Promise.resolve();
  private readonly unlisten: () => void;

  private constructor(
    private readonly file: string,
    private readonly store: MessageStore,
  ) {
    this.unlisten = store.listen((event) => {
      if (event.kind === 'removed') this.mustRewrite = true;
      else this.dirty.add(event.message);
    });
    this.timer = setInterval(() => this.flush(), WRITE_EVERY_MS);
    this.timer.unref();
  }

  /** Fills the store from the folder and keeps writing to it. */
  static async open(folder: string, store: MessageStore): Promise<MessageJournal> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, 'messages.jsonl');
    for (const message of (await read(file)).values()) store.restore(message);
    const journal = new MessageJournal(file, store);
    await journal.rewrite();
    return journal;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    this.unlisten();
    await this.writing;
    await this.write();
  }

  private flush(): void {
    if (this.dirty.size === 0 && !this.mustRewrite) return;
    // A full disk must not end the carrier: the messages stay in memory.
    this.writing = this.writing.then(() => this.write()).catch(() => undefined);
  }

  private async write(): Promise<void> {
    if (this.mustRewrite || this.bytes > this.rewriteAt) return this.rewrite();
    const batch = [...this.dirty];
    this.dirty.clear();
    if (batch.length > 0) this.bytes += await writeLines(this.file, 'a', batch);
  }

  private async rewrite(): Promise<void> {
    this.mustRewrite = false;
    this.dirty.clear();
    const draft = `${this.file}.draft`;
    await writeLines(draft, 'w', this.store.list().reverse());
    await rename(draft, this.file);
    this.bytes = (await stat(this.file)).size;
    this.rewriteAt = Math.max(REWRITE_ABOVE_BYTES, 2 * this.bytes);
  }
}

async function writeLines(file: string, flags: 'a' | 'w', messages: readonly Message[]): Promise<number> {
  const handle = await open(file, flags, 0o600);
  let bytes = 0;
  try {
    for (let at = 0; at < messages.length; at += LINES_AT_ONCE) {
      const lines = messages.slice(at, at + LINES_AT_ONCE).map((message) => `${toLine(message)}\n`);
      bytes += (await handle.write(lines.join(''))).bytesWritten;
    }
  } finally {
    await handle.close();
  }
  return bytes;
}

async function read(file: string): Promise<Map<string, Message>> {
  const messages = new Map<string, Message>();
  const exists = await stat(file).catch(() => undefined);
  if (!exists) return messages;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const message = fromLine(line);
    if (message) messages.set(message.id, message);
  }
  return messages;
}

/** Latin-1 keeps every byte of a mail, whatever its encoding. */
function toLine(message: Message): string {
  return JSON.stringify(
    message.channel === 'email' ? { ...message, raw: message.raw.toString('latin1') } : message,
  );
}

/** What texts of an earlier version had not. */
const ABSENT = {
  direction: 'outbound',
  errorMessage: null,
  fate: null,
  optOut: null,
  webhook: null,
} as const;

function fromLine(line: string): Message | undefined {
  try {
    const message = JSON.parse(line) as Message;
    if (message.channel === 'sms') return { ...ABSENT, ...message };
    if (message.channel === 'push') return message;
    return { ...message, raw: Buffer.from(message.raw as unknown as string, 'latin1') };
  } catch {
    return undefined;
  }
}
