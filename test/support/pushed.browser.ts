import type { CDPSession, Page, Worker } from 'playwright-core';

export interface PushKeys {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** For a browser without internet: whoever subscribes gets the next of these devices. */
export const withDevices = (devices: readonly PushKeys[]): string => `{
  const read = () => JSON.parse(localStorage.getItem('push') ?? '{"made":0}');
  const write = (stored) => localStorage.setItem('push', JSON.stringify(stored));
  const bytesOf = (key) => Uint8Array.from(atob(key.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
  const subscription = ({ device, key }) => device && {
    endpoint: device.endpoint,
    options: { applicationServerKey: bytesOf(key).buffer },
    toJSON: () => ({ ...device, expirationTime: null }),
    unsubscribe: async () => (write({ made: read().made }), true),
  };
  const devices = ${JSON.stringify(devices)};
  PushManager.prototype.getSubscription = async () => subscription(read()) ?? null;
  PushManager.prototype.subscribe = async function ({ applicationServerKey }) {
    const { device, key, made } = read();
    if (device && key !== applicationServerKey) throw new DOMException('Another key.', 'InvalidStateError');
    if (!device) write({ key: applicationServerKey, made: made + 1, device: devices[made] });
    return subscription(read());
  };
}`;

/** The worker of a page that has subscribed. */
export class PageWorker {
  private constructor(
    private readonly page: Page,
    private readonly session: CDPSession,
    private readonly registrationId: string,
    private readonly worker: Worker,
  ) {}

  static async of(page: Page): Promise<PageWorker> {
    const context = page.context();
    const session = await context.newCDPSession(page);
    const registered = new Promise<string>((found) => {
      session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [first] }) => {
        if (first) found(first.registrationId);
      });
    });
    await session.send('ServiceWorker.enable');
    const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
    return new PageWorker(page, session, await registered, worker);
  }

  /** As the browser's push service would. */
  async push(message: object | string): Promise<void> {
    const data = typeof message === 'string' ? message : JSON.stringify(message);
    const { origin } = new URL(this.page.url());
    await this.session.send('ServiceWorker.deliverPushMessage', {
      ...{ origin, registrationId: this.registrationId, data },
    });
  }

  /** What the person sees. */
  shown(): Promise<{ title: string; body: string; tag: string; icon: string }[]> {
    return this.worker.evaluate(`registration.getNotifications().then((all) =>
      all.map(({ title, body, tag, icon }) => ({ title, body, tag, icon })))`);
  }

  /** Presses the notification; only a real hand may focus or open windows, so that is told: `focus: URL`, `open: URL`. */
  press(tag: string): Promise<string[]> {
    return this.worker.evaluate(`(async () => {
      const did = [];
      WindowClient.prototype.focus = async function () { did.push('focus: ' + this.url); return this; };
      Clients.prototype.openWindow = async (url) => void did.push('open: ' + url);
      const [notification] = await registration.getNotifications({ tag: ${JSON.stringify(tag)} });
      await ${handled("new NotificationEvent('notificationclick', { notification })")};
      return did;
    })()`);
  }

  /** The browser has ended the subscription, and the worker makes another one. */
  change(device: PushKeys): Promise<void> {
    return this.worker.evaluate(`(async () => {
      const device = ${JSON.stringify(device)};
      PushManager.prototype.subscribe = async (options) => {
        const { applicationServerKey: key } = options;
        const bytes = atob(key.replaceAll('-', '+').replaceAll('_', '/'));
        const applicationServerKey = Uint8Array.from(bytes, (one) => one.charCodeAt(0)).buffer;
        return { endpoint: device.endpoint, options: { applicationServerKey }, toJSON: () => device };
      };
      await ${handled("new ExtendableEvent('pushsubscriptionchange')")};
    })()`);
  }
}

/** Events that no browser made cannot be waited for: this one collects what the handler waits for. */
const handled = (event: string) => `(() => {
  const event = ${event};
  let done;
  event.waitUntil = (work) => (done = work);
  dispatchEvent(event);
  return done;
})()`;
