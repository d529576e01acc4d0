import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Behaviour } from './behaviour.js';
import type { PushMessage } from './message.js';
import type { MessageStore } from './message-store.js';
import { PushDevice } from './push-device.js';
import { vapidKeyIn } from './vapid-header.js';

/** What push services take at least, and most take no more. */
const LONGEST = 4096;
const MOST_DEVICES = 1000;

/** What a push service answers. `Retry-After` in seconds. */
export interface PushAnswer {
  readonly status: number;
  readonly reason?: string;
  readonly retryAfter?: number;
}

const TAKEN: PushAnswer = { status: 201 };
const GONE: PushAnswer = { status: 410, reason: 'The subscription has ended.' };
const refused = (status: number, reason: string): PushAnswer => ({ status, reason });

/** The push service of browsers (RFC 8030), and the browsers: what comes is read, and shown. */
export class SandboxPushService {
  /** `http://127.0.0.1:port`, once it is known. */
  origin = '';
  private readonly devices = new Map<string, PushDevice>();

  constructor(
    private readonly store: MessageStore,
    private readonly behaviour: Behaviour,
  ) {}

  add(name: string): PushDevice {
    const device = new PushDevice(name, this.origin);
    this.devices.set(device.id, device);
    const [oldest] = this.devices.keys();
    if (this.devices.size > MOST_DEVICES && oldest !== undefined) this.devices.delete(oldest);
    return device;
  }

  /** Newest first; without those that are gone. */
  list(): PushDevice[] {
    return [...this.devices.values()].filter(({ isGone }) => !isGone).reverse();
  }

  /** The person has turned push off, or removed the browser. False where there is none. */
  remove(id: string): boolean {
    const device = this.devices.get(id);
    if (!device || device.isGone) return false;
    return (device.isGone = true);
  }

  /** Undefined: nothing is answered, and the sender hears that the connection broke. */
  async take(id: string, headers: IncomingHttpHeaders, body: Buffer): Promise<PushAnswer | undefined> {
    const device = this.devices.get(id);
    if (!device) return refused(404, 'There is no such subscription.');
    if (device.isGone) return GONE;
    const refusal = (await this.objectionTo(device, headers)) ?? objectionToForm(headers, body);
    if (refusal) return refusal;
    const fault = this.behaviour.at('pushes', `${id} ${String(headers['topic'] ?? '')}`);
    if (fault === 'limit')
      return { ...refused(429, 'Too many messages.'), retryAfter: this.behaviour.plan.retryAfter };
    if (fault === 'refused') return refused(401, 'The sender is not accepted.');
    if (fault === 'error_before') return refused(503, 'Try again later.');
    if (fault === 'gone') {
      device.isGone = true;
      return GONE;
    }
    if (!this.show(device, headers, body)) return refused(400, 'The message cannot be read.');
    if (fault === 'reset_after') return undefined;
    return fault === 'error_after' ? refused(500, 'Something went wrong.') : TAKEN;
  }

  private async objectionTo(device: PushDevice, { authorization }: IncomingHttpHeaders) {
    const key = await vapidKeyIn(authorization ?? '', this.origin);
    if (key === undefined) return refused(401, 'The VAPID header is missing, wrong or over.');
    device.vapidKey ??= key;
    return device.vapidKey === key ? undefined : refused(403, 'The subscription belongs to another sender.');
  }

  /** A browser shows one notification for a tag: the next one with the same takes its place. */
  private show(device: PushDevice, headers: IncomingHttpHeaders, body: Buffer): boolean {
    const message = messageOf(device, headers, body);
    if (!message) return false;
    const [shown] = this.store
      .list({ channel: 'push', to: device.id })
      .filter((one) => one.channel === 'push' && one.tag === message.tag);
    if (shown?.channel === 'push') {
      Object.assign(shown, message, { id: shown.id, times: shown.times + 1 });
      this.store.changed(shown);
    } else this.store.add(message);
    return true;
  }
}

function objectionToForm(headers: IncomingHttpHeaders, body: Buffer): PushAnswer | undefined {
  if (!/^\d+$/.test(String(headers['ttl'] ?? ''))) return refused(400, 'TTL is missing.');
  if (headers['content-encoding'] !== 'aes128gcm') return refused(400, 'Only aes128gcm is read here.');
  if (!/^[\w-]{0,32}$/.test(String(headers['topic'] ?? ''))) return refused(400, 'Topic is too long.');
  return body.length > LONGEST ? refused(413, 'The message is too long.') : undefined;
}

function messageOf(device: PushDevice, headers: IncomingHttpHeaders, body: Buffer): PushMessage | undefined {
  try {
    const payload = device.read(body);
    const {
      id,
      type,
      title,
      body: words,
      action_url,
    } = JSON.parse(payload) as Record<string, string | undefined>;
    return {
      channel: 'push',
      id: `PM${randomUUID().replaceAll('-', '')}`,
      to: device.id,
      deviceName: device.name,
      tag: id ?? '',
      type: type ?? null,
      title: title ?? '',
      body: words ?? '',
      actionUrl: action_url ?? null,
      payload,
      ttl: Number(headers['ttl']),
      urgency: String(headers['urgency'] ?? 'normal'),
      topic: headers['topic'] === undefined ? null : String(headers['topic']),
      times: 1,
      receivedAt: Date.now(),
    };
  } catch {
    return undefined;
  }
}
