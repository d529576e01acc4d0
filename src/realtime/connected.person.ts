import type { InboxItem, InboxService, Missed } from '../notifications/inbox.service.js';
import type { Gathered } from './gathered.js';
import type { LiveClient, ServerEvent } from './live.client.js';

/** Where a person's line reads from, and what it tells when something was shown. */
export interface Sources {
  readonly inbox: Pick<InboxService, 'since'>;
  readonly items: Gathered<InboxItem>;
  readonly counts: Gathered<number>;
  /** The last place that was given in each person's inbox. */
  readonly ends: Gathered<number>;
  /** How many notifications a returning client gets; more is a `resync`. */
  readonly replayLimit: number;
  shown(userId: string): void;
  /** How long one that was just shown had waited since its commit, in milliseconds. */
  waited(milliseconds: number): void;
  failed(error: unknown): void;
}

const RETRY_AFTER = 1000;

/**
 * A person with an open connection, and all their connections. Whatever they are told waits in one line, so that
 * a client which is still getting its replay misses nothing and gets nothing twice.
 */
export class ConnectedPerson {
  /** In the order in which they came; false while the welcome is under way. */
  private readonly clients = new Map<LiveClient, boolean>();
  /** With the moment of their commit. */
  private readonly nudged = new Map<string, number>();
  private line: Promise<void> = Promise.resolve();
  /** The place of the newest that was shown here: what comes next must follow it without a hole. */
  private newest: number | undefined;
  /** Up to this place all was shown, or is known to be there no more. */
  private reached: number | undefined;
  /** The end of the inbox at the last look. */
  private expected: number | undefined;

  constructor(
    private readonly userId: string,
    private readonly sources: Sources,
  ) {}

  get size(): number {
    return this.clients.size;
  }

  get oldest(): LiveClient | undefined {
    return this.clients.keys().next().value;
  }

  everybody(): LiveClient[] {
    return [...this.clients.keys()];
  }

  /** From here on nothing passes the client by: what is shown during its replay waits in the line. */
  join(client: LiveClient, since: string | undefined): void {
    this.clients.set(client, false);
    this.enqueue(async () => {
      try {
        await this.welcome(client, since);
        if (this.clients.has(client)) this.clients.set(client, true);
      } catch (error) {
        this.sources.failed(error);
        client.close('unavailable');
      }
    });
  }

  /** False when it had left before. */
  leave(client: LiveClient): boolean {
    return this.clients.delete(client);
  }

  /** A notification of theirs is visible now. Many in one turn are one look. */
  nudge(notificationId: string, at: number): void {
    this.nudged.set(notificationId, at);
    if (this.nudged.size === 1) this.enqueue(() => this.showNudged());
  }

  say(event: ServerEvent, payload: object): void {
    this.enqueue(() => this.tellAll(event, payload));
  }

  /** Nudges may have been lost: shows what is newer than the newest shown. */
  catchUp(): void {
    this.enqueue(() => this.showMissed());
  }

  /**
   * Where the inbox ends now. What was there at the last look, and has not been shown since, will not be nudged any
   * more: its process died between the commit and the nudge.
   */
  look(end: number): void {
    this.enqueue(async () => {
      const { reached = end, expected = end } = this;
      this.reached = reached;
      if (reached < expected) {
        await this.showMissed();
        this.reached = Math.max(this.reached, expected);
      }
      this.expected = end;
    });
  }

  private async showMissed(): Promise<void> {
    const missed = this.newest === undefined ? undefined : await this.after(this.newest);
    if (missed) this.showAll(missed);
    else this.tellAll('resync', RESYNC);
  }

  private enqueue(job: () => Promise<void> | void): void {
    this.line = this.line.then(job).catch((error: unknown) => this.sources.failed(error));
  }

  private async welcome(client: LiveClient, since: string | undefined): Promise<void> {
    const [unread = 0, end = 0] = await Promise.all([
      this.sources.counts.get(this.userId),
      this.sources.ends.get(this.userId),
    ]);
    client.emit('connection_established', {
      message: 'Connected to your notifications.',
      unread_count: unread,
      seq: end,
      server_time: new Date().toISOString(),
    });
    if (since !== undefined) await this.replay(client, since);
    else this.reached ??= end;
  }

  private async replay(client: LiveClient, since: string): Promise<void> {
    const { items, reached, complete } = await this.missedSince(since);
    if (!complete) {
      client.emit('resync', RESYNC);
      return;
    }
    for (const item of items) client.emit('notification', { notification: item, replayed: true });
    client.seen.upTo(reached);
    this.newest ??= reached;
    this.reached ??= reached;
  }

  private async showNudged(): Promise<void> {
    const nudged = [...this.nudged];
    this.nudged.clear();
    if (this.clients.size === 0) return;
    try {
      const found = await Promise.all(nudged.map(([id]) => this.sources.items.get(id)));
      const items = found.filter((item) => item !== undefined).sort((a, b) => a.seq - b.seq);
      this.showAll(await this.withoutHoles(items));
      for (const [, at] of nudged) this.sources.waited(Date.now() - at);
    } catch (error) {
      this.sources.failed(error);
      setTimeout(() => nudged.forEach(([id, at]) => this.nudge(id, at)), RETRY_AFTER).unref();
    }
  }

  /** Commits are in order, nudges need not be: what was overtaken is shown first. */
  private async withoutHoles(items: InboxItem[]): Promise<InboxItem[]> {
    const newest = this.newest;
    const last = items.at(-1);
    if (newest === undefined || !last) return items;
    const fresh = items.filter((item) => item.seq > newest);
    if (last.seq - newest <= fresh.length) return items;
    const missing = await this.after(newest);
    if (missing) return missing;
    this.tellAll('resync', RESYNC);
    return items;
  }

  private async after(place: number): Promise<InboxItem[] | undefined> {
    const { items, complete } = await this.missedSince(String(place));
    return complete ? items : undefined;
  }

  private missedSince(after: string): Promise<Missed> {
    return this.sources.inbox.since(this.userId, after, this.sources.replayLimit);
  }

  private showAll(items: readonly InboxItem[]): void {
    for (const item of items) {
      const seq = item.seq;
      for (const [client, ready] of this.clients) {
        if (!ready || client.seen.has(seq)) continue;
        client.emit('notification', { notification: item });
        client.seen.add(seq);
      }
      this.newest = Math.max(this.newest ?? 0, seq);
      if (this.reached !== undefined) this.reached = Math.max(this.reached, seq);
    }
    if (items.length > 0) this.sources.shown(this.userId);
  }

  private tellAll(event: ServerEvent, payload: object): void {
    for (const [client, ready] of this.clients) if (ready) client.emit(event, payload);
  }
}

const RESYNC = { message: 'You missed more than can be sent here: read the list again.' };
