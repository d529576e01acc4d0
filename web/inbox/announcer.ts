import type { NotifyClient } from './client.js';
import type { InboxNotification } from './types.js';

/** What arrives within this time is one sentence; a screen reader is not interrupted more often than that. */
const GATHER = 400;
const PAUSE = 5000;

type Speaker = (arrived: readonly InboxNotification[]) => void;

const announcers = new WeakMap<NotifyClient, Announcer>();

/** Says aloud what arrives, by one voice, however many elements of the page show it. */
class Announcer {
  readonly #speakers = new Set<Speaker>();
  #arrived: InboxNotification[] = [];
  #timer: number | undefined;
  #spoken = Number.NEGATIVE_INFINITY;

  constructor(client: NotifyClient) {
    client.on('notification', (item) => {
      this.#arrived.push(item);
      this.#timer ??= setTimeout(() => this.#speak(), Math.max(GATHER, this.#spoken + PAUSE - Date.now()));
    });
    client.on('person', () => (this.#arrived = []));
  }

  join(speaker: Speaker): () => void {
    this.#speakers.add(speaker);
    return () => this.#speakers.delete(speaker);
  }

  #speak(): void {
    const [speaker] = this.#speakers;
    if (this.#arrived.length > 0) speaker?.(this.#arrived);
    this.#arrived = [];
    this.#timer = undefined;
    this.#spoken = Date.now();
  }
}

/** Returns what ends it. */
export function speakFor(client: NotifyClient, speaker: Speaker): () => void {
  const announcer = announcers.get(client) ?? new Announcer(client);
  announcers.set(client, announcer);
  return announcer.join(speaker);
}
