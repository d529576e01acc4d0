import { Processor } from '@nestjs/bull';
import { NIL, validate as isUuid } from 'uuid';
import {
  type ChannelMode,
  type DeliveryView,
  type Explanation,
  type Message,
  type NotificationFacts,
  type Prepared,
  QueuedChannel,
  type Receipt,
  type Recipient,
  type Wording,
} from '../channels/channel.js';
import { AppSettings } from '../config/app.settings.js';
import type { Delivery } from '../deliveries/delivery.entity.js';
import { explanationOf, isGone, uncalled } from './push.errors.js';
import { PushRoutes } from './push.routes.js';
import { LONGEST, type OutgoingPush, PushService } from './push.service.js';
import { CHANNEL, type Known, PushSubscriptions } from './push.subscriptions.js';
import { metadataOf, PushMetadata } from './push.view.js';

type Part = 'title' | 'body';
/** What a row holds besides. */
type Stored = Readonly<Record<Part, string>> & {
  readonly reference?: string;
  readonly action_url?: string;
  readonly urgency?: OutgoingPush['urgency'];
};

/** Seconds. */
const DAY = 86_400;
/** No push service keeps a message for longer. */
const LONGEST_TTL = 28 * DAY;

const URGENCY = { critical: 'high', normal: 'normal', bulk: 'low' } as const satisfies Record<
  NotificationFacts['priority'],
  OutgoingPush['urgency']
>;

/** Tells people in their browsers, wherever they have turned it on: one delivery for each. */
@Processor(CHANNEL)
export class PushChannel extends QueuedChannel<Part> {
  override readonly name = CHANNEL;
  override readonly consent = 'opt-out';
  override readonly parts = ['title', 'body'] as const;
  override readonly joined = true;
  override readonly shown = { metadata: PushMetadata };
  /** A push service cannot be asked, and a second try takes the place of the first: so it is made soon. */
  override readonly grace = 30;
  override readonly devices: PushSubscriptions;

  constructor(
    private readonly push: PushService,
    private readonly subscriptions: PushSubscriptions,
    private readonly routes: PushRoutes,
    private readonly app: AppSettings,
  ) {
    super();
    this.devices = subscriptions;
  }

  override get provider(): string {
    return this.push.services[0] ?? this.name;
  }

  /** Each push service: a browser is reached by its own alone, so when one is away the others carry on. */
  override get providers(): readonly string[] {
    return this.push.services;
  }

  override providersFor(to: string): Promise<readonly string[]> {
    return this.routes.to(to);
  }

  /** It is never heard of again: browsers do not say what they have shown. */
  override patienceWith(): null {
    return null;
  }

  override mode(): ChannelMode {
    return { label: 'Push', ...this.push.mode() };
  }

  override addressesOf({ addresses }: Recipient): string[] {
    return [...(addresses[this.name] ?? [])];
  }

  override normalize(address: string): string | null {
    return isUuid(address) ? address.toLowerCase() : null;
  }

  override prepare({ content, type, notification }: Wording<Part>): Prepared<Part> {
    const stored = notification ? { ...content, ...this.factsOf(notification) } : content;
    const bytes = Buffer.byteLength(payloadOf({ notificationId: NIL, type, content: stored }));
    if (bytes <= LONGEST) return { content: stored, estimate: {} };
    const detail = `The message has ${bytes} bytes, and push carries ${LONGEST}: shorten the title or the body.`;
    return { content: stored, estimate: {}, refusal: { rule: 'too_long', fault: 'content', detail } };
  }

  override async send(message: Message<Part>): Promise<Receipt> {
    const { provider } = message;
    const subscription = await this.subscriptionOf(message);
    try {
      await this.push.send(subscription, outgoing(message));
    } catch (error) {
      // What cannot be removed now is found gone again the next time.
      if (isGone(error)) await this.subscriptions.drop(message.to).catch(() => undefined);
      throw error;
    }
    // The message has gone, whether that can be noted or not.
    if (subscription.stale) await this.subscriptions.used(message.to).catch(() => undefined);
    return { provider, providerId: null, status: 'sent' };
  }

  override explain(code: string): Explanation | undefined {
    return explanationOf(code);
  }

  override view(deliveries: readonly Delivery[]): DeliveryView {
    return deliveries.length === 0 ? {} : { metadata: metadataOf(deliveries) };
  }

  private async subscriptionOf({ to, provider }: Message): Promise<Known> {
    const found = await this.subscriptions.find(to).catch((cause: unknown) => {
      throw uncalled('unread', provider, cause);
    });
    if (!found) throw uncalled('unsubscribed', provider);
    return found;
  }

  /** The link is whole: a service worker knows no page that it could be below. */
  private factsOf({ reference, actionUrl, priority }: NotificationFacts): Omit<Stored, Part> {
    const link =
      actionUrl === null ? {} : { action_url: new URL(actionUrl, `${this.app.frontendUrl}/`).href };
    return { reference, urgency: URGENCY[priority], ...link };
  }
}

/** What the browser gets. `id` is the tag of what it shows, so that a second try replaces the first. */
function payloadOf({
  notificationId,
  type,
  content,
}: Pick<Message<Part>, 'notificationId' | 'type' | 'content'>) {
  const { title, body, reference, action_url } = content as Stored;
  return JSON.stringify({ id: notificationId, notification_id: reference, type, title, body, action_url });
}

function outgoing(message: Message<Part>): OutgoingPush {
  const { provider, notificationId, content, expiresAt } = message;
  const left = expiresAt === null ? DAY : Math.floor((+expiresAt - Date.now()) / 1000);
  return {
    provider,
    payload: payloadOf(message),
    ttl: Math.min(Math.max(left, 0), LONGEST_TTL),
    urgency: (content as Stored).urgency ?? 'normal',
    // The id without its dashes: 32 characters.
    topic: notificationId.replaceAll('-', ''),
  };
}
