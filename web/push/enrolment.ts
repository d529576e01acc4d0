import type { PushDevice } from '../inbox/types.js';

const CACHE = 'notify-push';
/** A key in that cache; nothing is ever fetched from there. */
const PLACE = '/notify-push';
const SUBSCRIPTIONS = '/api/notifications/push-subscriptions';

/** This browser's subscription, as it was last told to the service. The page and its worker both know it. */
export interface Enrolment {
  /** Where the service is. */
  readonly base: string;
  /** Where the page's server answers a token; without it the worker cannot speak for the person. */
  readonly tokenUrl: string | undefined;
  /** Whose it is. */
  readonly owner: string | undefined;
  readonly workerUrl: string;
  readonly deviceName: string | undefined;
  /** At the service; undefined before it is told. */
  readonly id?: string;
  readonly endpoint?: string;
}

/** What the worker tells the pages of its origin that are open. */
export interface WorkerMessage {
  readonly notify: 'pushed';
  readonly id: string;
}

/** Calls the service in the name of the person. */
export type Call = <Answer>(method: string, path: string, body?: object) => Promise<Answer>;

export async function enrolment(): Promise<Enrolment | undefined> {
  const answer = await caches.match(PLACE, { cacheName: CACHE });
  return answer?.json() as Promise<Enrolment | undefined>;
}

/** Windows and the worker change it one after the other. */
export async function alone<Answer>(
  work: (known: Enrolment | undefined) => Promise<Answer>,
): Promise<Answer> {
  // Pages without https have neither caches nor locks, and no subscription.
  if (!('caches' in globalThis)) return work(undefined);
  return navigator.locks.request(CACHE, async () => work(await enrolment()));
}

export const forget = (): Promise<boolean> => caches.delete(CACHE);

/** Tells the service of a subscription, which stands for the one that was told before. */
export async function enrol(
  call: Call,
  subscription: PushSubscription,
  { id: before, ...about }: Enrolment,
): Promise<PushDevice> {
  const { endpoint, keys } = subscription.toJSON();
  const { deviceName: device_name } = about;
  const application_server_key = keyIn(subscription);
  const brought = { endpoint, keys, device_name, application_server_key };
  const device = await call<PushDevice>('POST', SUBSCRIPTIONS, brought);
  const told: Enrolment = { ...about, id: device.id, endpoint: subscription.endpoint };
  await (await caches.open(CACHE)).put(PLACE, new Response(JSON.stringify(told)));
  // It may be gone already.
  if (before !== undefined && before !== device.id) await remove(call, before).catch(() => undefined);
  return device;
}

export const remove = (call: Call, id: string): Promise<void> => call('DELETE', `${SUBSCRIPTIONS}/${id}`);

export const devicesOf = async (call: Call): Promise<PushDevice[]> =>
  (await call<{ results: PushDevice[] }>('GET', SUBSCRIPTIONS)).results;

/** What browsers subscribe with: base64url. */
export const keyOf = async (call: Call): Promise<string> =>
  (await call<{ public_key: string }>('GET', '/api/notifications/vapid_public_key')).public_key;

/** With which key it was made, base64url: push services take for it only what is sent with that one. */
export const keyIn = ({ options: { applicationServerKey: key } }: PushSubscription): string =>
  btoa(String.fromCharCode(...new Uint8Array(key ?? [])))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace('=', '');

/** A subscription for the service's key; one that was made with another key gives way. */
export async function subscribe(
  call: Call,
  { pushManager }: ServiceWorkerRegistration,
): Promise<PushSubscription> {
  const applicationServerKey = await keyOf(call);
  const held = await pushManager.getSubscription();
  if (held && keyIn(held) !== applicationServerKey) await held.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
}
