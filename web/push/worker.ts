import { ownerOf } from '../inbox/tokens.js';
import { alone, type Call, enrol, enrolment, subscribe, type WorkerMessage } from './enrolment.js';

declare const self: ServiceWorkerGlobalScope;

/** What the service sends, as JSON of at most 3 kB. */
interface PushMessage {
  /** Of the notification. A second try has the same, and replaces what the first one showed. */
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly action_url?: string;
}

let showing: Promise<unknown> = Promise.resolve();

self.addEventListener('push', (event) => {
  const message = messageOf(event.data);
  if (!message) return;
  // In their order: of two tries the later one stays.
  showing = showing.catch(() => undefined).then(() => show(message));
  event.waitUntil(Promise.all([showing, tell({ notify: 'pushed', id: message.id })]));
});

self.addEventListener('notificationclick', (event) => {
  const { tag, data } = event.notification as { readonly tag: string; readonly data: unknown };
  if (!isOurs(data)) return;
  event.notification.close();
  event.waitUntil(Promise.all([goTo(data.notify), markRead(tag)]));
});

self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(renew()));

/** The page's worker may hear of more than us: what is not ours is left alone. */
function messageOf(data: PushMessageData | null): PushMessage | undefined {
  try {
    const message = data?.json() as Partial<PushMessage> | undefined;
    return typeof message?.id === 'string' && typeof message.title === 'string'
      ? (message as PushMessage)
      : undefined;
  } catch {
    return undefined;
  }
}

async function show({ id, title, body, action_url: url }: PushMessage): Promise<void> {
  const known = await enrolment();
  await self.registration.showNotification(title, {
    body,
    tag: id,
    data: { notify: pageOf(url) },
    ...(known && { icon: new URL('/push-icon.png', known.base).href }),
  });
}

const isOurs = (data: unknown): data is { notify: string } =>
  typeof (data as { notify?: unknown } | null)?.notify === 'string';

/** A page, never a script; '' for everything else. */
function pageOf(url: string | undefined): string {
  const { origin } = self.location;
  if (!url || !URL.canParse(url, origin)) return '';
  const { protocol, href } = new URL(url, origin);
  return protocol === 'https:' || protocol === 'http:' ? href : '';
}

/** In a window that shows it, else in the one that was used last, else in a new one. */
async function goTo(page: string): Promise<void> {
  const windows = await openPages();
  const [last] = windows;
  const ready = page === '' ? last : (windows.find(({ url }) => url === page) ?? (await lead(last, page)));
  // A click allows one focus or one new window, so nothing was focused before.
  await (ready ? ready.focus() : self.clients.openWindow(page || '/'));
}

/** Only a page of this origin that this worker controls can be led to another. */
async function lead(
  window: WindowClient | undefined,
  page: string,
): Promise<WindowClient | null | undefined> {
  if (new URL(page).origin !== self.location.origin) return undefined;
  return window?.navigate(page).catch(() => undefined);
}

const openPages = () => self.clients.matchAll({ type: 'window', includeUncontrolled: true });

async function tell(message: WorkerMessage): Promise<void> {
  for (const page of await openPages()) page.postMessage(message);
}

/** Of somebody who has left nothing is marked. */
async function markRead(id: string): Promise<void> {
  const call = await caller();
  await call?.('POST', `/api/notifications/${id}/mark_read`).catch(() => undefined);
}

/** Where the worker cannot speak for the person, the next page that is opened does it. */
function renew(): Promise<void> {
  return alone(async (known) => {
    const call = await caller();
    if (known && call) await enrol(call, await subscribe(call, self.registration), known);
  });
}

/** Undefined where nobody is signed in, or another person. */
async function caller(): Promise<Call | undefined> {
  const known = await enrolment();
  if (known?.tokenUrl === undefined) return undefined;
  const answer = await fetch(known.tokenUrl, { headers: { Accept: 'application/json' }, cache: 'no-store' });
  if (!answer.ok) return undefined;
  const { token = '' } = (await answer.json()) as { token?: string };
  if (token === '' || ownerOf(token) !== known.owner) return undefined;
  return async <Answer>(method: string, path: string, body?: object) => {
    const said = await fetch(new URL(path, known.base), {
      method,
      headers: { Authorization: `Bearer ${token}`, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!said.ok) throw new Error(`${path} answered ${said.status}.`);
    return (said.status === 204 ? undefined : await said.json()) as Answer;
  };
}
