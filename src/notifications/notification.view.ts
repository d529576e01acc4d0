import { ApiPropertyOptional } from '@nestjs/swagger';
import type { Channel } from '../channels/channel.js';
import type { Delivery, Rule } from '../deliveries/delivery.entity.js';
import type { Status } from '../deliveries/status.js';
import type { Notification } from './notification.entity.js';

/** A notification as the API shows it. `metadata.<channel>` is read from the deliveries, never stored beside. */
export class NotificationView {
  /** @example "019b8a3f-5c1e-7d42-9b60-3f1c2a7e4d58" */
  readonly id!: string;
  /**
   * The public reference, as people quote it.
   * @example "NOTIF20260103K7Q2M9XA"
   */
  readonly notification_id!: string;
  /** @example "42" */
  readonly user!: string;
  /** @example "asha@example.com" */
  readonly user_email!: string | null;
  /** @example "order_confirmed" */
  readonly type!: string;
  /** @example "Order confirmed" */
  readonly type_display!: string;
  /** @example "order" */
  readonly category!: string;
  /** @example "Order ORD20260103A123 confirmed" */
  readonly title!: string;
  /** @example "Your order ORD20260103A123 is confirmed. We pick it up on 5 Jan 2026." */
  readonly message!: string;
  /** @example "7f9c2b" */
  readonly order!: string | null;
  /** @example "ORD20260103A123" */
  readonly order_number!: string | null;
  /** @example null */
  readonly payment!: string | null;
  /** @example null */
  readonly payment_id!: string | null;
  readonly is_read!: boolean;
  readonly read_at!: Date | null;
  readonly is_archived!: boolean;
  /**
   * Where a tap leads: a path of the platform, or an https URL.
   * @example "/orders/ORD20260103A123"
   */
  readonly action_url!: string | null;
  /** What the sender gave, and how each channel fares, under the channel's name. */
  readonly metadata!: Readonly<Record<string, unknown>>;
  readonly created_at!: Date;
  readonly updated_at!: Date;
}

export interface ViewFacts {
  readonly email: string | null;
  readonly typeDisplay: string;
  readonly channels: readonly Channel[];
  readonly deliveries: readonly Delivery[];
}

export function viewOf(notification: Notification, facts: ViewFacts): NotificationView {
  const views = facts.channels.map((channel) => {
    const delivery = facts.deliveries.find((row) => row.channel === channel.name);
    return { name: channel.name, ...channel.view(delivery) };
  });
  const metadata = views.flatMap((view) => (view.metadata ? [[view.name, view.metadata] as const] : []));
  return {
    id: notification.id,
    notification_id: notification.reference,
    user: notification.userId,
    user_email: facts.email,
    type: notification.type,
    type_display: facts.typeDisplay,
    category: notification.category,
    title: notification.title,
    message: notification.message,
    order: notification.orderId,
    order_number: notification.orderNumber,
    payment: notification.paymentId,
    payment_id: notification.paymentId,
    is_read: notification.readAt !== null,
    read_at: notification.readAt,
    is_archived: notification.archivedAt !== null,
    ...Object.fromEntries(views.flatMap((view) => Object.entries(view.fields ?? {}))),
    action_url: notification.actionUrl,
    metadata: { ...notification.metadata, ...Object.fromEntries(metadata) },
    created_at: notification.createdAt,
    updated_at: notification.updatedAt,
  };
}

/** What was decided for one channel, as the answer to a send tells it. */
export class DecisionView {
  /** Of the delivery. */
  readonly id!: string;
  readonly channel!: string;
  readonly status!: Status;
  /** The rule that decided, for programs; absent where nothing stood in the way. */
  readonly reason?: string;
  /** The same as a sentence. */
  readonly detail?: string;
  /** Of what waits. */
  @ApiPropertyOptional({ type: String, format: 'date-time' })
  readonly scheduled_for?: Date | string;
  /** How many texts it takes, where that is what it costs by. */
  readonly segments?: number;
  readonly encoding?: string;
}

/** The answer to a send: the notification, and per channel what will happen and why. */
export class AcceptedView extends NotificationView {
  readonly deliveries!: DecisionView[];
  /** There when nothing was written. */
  readonly dry_run?: true;
}

export class UnreadCountView {
  readonly count!: number;
}

export class MarkedReadView {
  readonly count!: number;
  /** @example "3 notifications marked as read." */
  readonly message!: string;
}

export interface Decided {
  readonly id: string;
  readonly channel: string;
  readonly status: Status;
  readonly reason: string | null;
  readonly holdReason: string | null;
  readonly rules: readonly Rule[];
  readonly segments: number | null;
  readonly encoding: string | null;
}

export function decisionOf(delivery: Decided, dueAt: Date | string | null): DecisionView {
  const reason = delivery.reason ?? delivery.holdReason;
  const detail = delivery.rules.at(-1)?.detail;
  return {
    id: delivery.id,
    channel: delivery.channel,
    status: delivery.status,
    ...(reason && { reason }),
    ...(reason && detail && { detail }),
    ...(delivery.holdReason && dueAt && { scheduled_for: dueAt }),
    ...(delivery.status !== 'skipped' && delivery.segments !== null && { segments: delivery.segments }),
    ...(delivery.status !== 'skipped' && delivery.encoding !== null && { encoding: delivery.encoding }),
  };
}
