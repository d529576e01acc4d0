import { NotifyClient } from './client.js';
import type { ClientOptions } from './types.js';

interface Shared {
  readonly key: string | object;
  readonly client: NotifyClient;
  users: number;
}

const clients: Shared[] = [];
const waiting = new Set<() => void>();

/** All elements of a page that have the same source of tokens share one client, and so one connection. */
export function borrow(options: ClientOptions): NotifyClient {
  const key = options.getToken ?? JSON.stringify(options);
  let shared = clients.find((one) => one.key === key);
  if (!shared) {
    shared = { key, client: new NotifyClient(options), users: 0 };
    clients.push(shared);
    shared.client.start();
    for (const tell of waiting) tell();
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
  });
}

/** For elements that say nothing of tokens themselves: whatever the page's first element uses. */
export function borrowAny(): NotifyClient | undefined {
  const [shared] = clients;
  if (shared) shared.users += 1;
  return shared?.client;
}

/** Returns what ends the waiting. */
export function onNewClient(tell: () => void): () => void {
  waiting.add(tell);
  return () => waiting.delete(tell);
}
