import { NotifyClient } from './client.js';
import type { ClientOptions } from './types.js';

interface Shared {
  readonly key: string | object;
  readonly client: NotifyClient;
  users: number;
}

const clients: Shared[] = [];
const followers = new Set<() => void>();

/** All elements of a page that have the same source of tokens share one client, and so one connection. */
export function borrow(options: ClientOptions): NotifyClient {
  const key = options.getToken ?? JSON.stringify(options);
  let shared = clients.find((one) => one.key === key);
  if (!shared) {
    shared = { key, client: new NotifyClient(options), users: 0 };
    clients.push(shared);
    shared.client.start();
    tellFollowers();
  }
  shared.users += 1;
  return shared.client;
}

/** An element that only moves within the page keeps the connection open. */
export function giveBack(client: NotifyClient): void {
  const shared = clients.find((one) => one.client === client);
  if (!shared) return;
  shared.users -= 1;
  queueMicrotask(() => {
    if (shared.users > 0 || !clients.includes(shared)) return;
    clients.splice(clients.indexOf(shared), 1);
    client.stop();
    tellFollowers();
  });
}

/** For elements that say nothing of tokens themselves: whatever the page's first element that does uses. */
export const firstClient = (): NotifyClient | undefined => clients[0]?.client;

/** @param tell called when another client may be the first; returns what ends it */
export function onFirstClient(tell: () => void): () => void {
  followers.add(tell);
  return () => followers.delete(tell);
}

/** Those who come along meanwhile know already. */
function tellFollowers(): void {
  for (const tell of [...followers]) tell();
}
