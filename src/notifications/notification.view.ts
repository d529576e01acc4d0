import { ApiPropertyOptional } from '@nestjs/swagger';
import type { Channel } from '../channels/channel.js';
import type { Delivery, Rule } from '../deliveries/delivery.entity.js';
import { RuleView } from '../deliveries/delivery.view.js';
import type { Status } from '../deliveries/status.js';
import type { Notification } from './notification.entity.js';

/** A notification as the API shows it. `metadata.<channel>` is read from the deliveries, never stored beside. */
export class NotificationView {
  readonly id!: string;
  /** The public reference, as people quote it. */
  readonly notification_id!: string;
  readonly user!: string;
  readonly user_email!: string | null;
  readonly type!: string;
  readonly type_display!: string;
  readonly category!: string;
  /** Null once the words are erased; so are the message and the action. */
  readonly title!: string | null;
  readonly message!: string | null;
  readonly order!: string | null;
  readonly order_number!: string | null;
  readonly payment!: string | null;
  readonly payment_id!: string | null;
  readonly is_read!: boolean;
  readonly read_at!: Date | null;
  readonly is_archived!: boolean;
  /** Put off by the person: not in the inbox until then. */
  readonly snoozed_until!: Date | null;
  /** Its place in the inbox: the newest has the highest. Null while it is scheduled. */
  readonly seq!: number | null;
  /** Where a tap leads: a path of the platform, or an https URL. */
  readonly action_url!: string | null;
  /** What the sender gave, and how each channel fares, under the channel's name. */
  readonly metadata!: Readonly<Record<string, unknown>>;
  readonly created_at!: Date;
  readonly updated_at!: Date;
  /** When its words were erased, since they had been kept long enough: then it is in no inbox any more. */
  readonly erased_at!: Date | null;
}

export interface ViewFacts {
  readonly email: string | null;
  readonly typeDisplay: string;
  readonly channels: readonly Channel[];
  readonly deliveries: readonly Delivery[];
}

export function viewOf(notification: Notification, facts: ViewFacts): NotificationView {
  const views = facts.channels.map((channel) => {
    const deliveries = facts.deliveries.filter((row) => row.channel === channel.name);
    return { name: channel.name, ...channel.view(deliveries) };
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
    snoozed_until: notification.snoozedUntil,
    seq: notification.seq === null ? null : Number(notification.seq),
    ...Object.fromEntries(views.flatMap((view) => Object.entries(view.fields ?? {}))),
    action_url: notification.actionUrl,
    metadata: { ...notification.metadata, ...Object.fromEntries(metadata) },
    created_at: notification.createdAt,
    updated_at: notification.updatedAt,
    erased_at: notification.erasedAt,
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
  /** What the channel has changed in the words, as sentences. */
  readonly changes?: string[];
  /** What it is expected to cost: an exact decimal in `estimated_unit`. @example "0.08320" */
  readonly estimated_price?: string;
  /** ISO 4217. @example "USD" */
  readonly estimated_unit?: string;
  /** Every rule that had a say; there when nothing was written, since `explain` has no row to read then. */
  readonly rules?: RuleView[];
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
  readonly estimatedPrice: string | null;
  readonly estimatedUnit: string | null;
}

export function decisionOf(delivery: Decided, dueAt: Date | string | null, isDryRun = false): DecisionView {
  const reason = delivery.reason ?? delivery.holdReason;
  const detail = delivery.rules.at(-1)?.detail;
  const changes = delivery.rules.filter(({ outcome }) => outcome === 'change').map((rule) => rule.detail);
  return {
    id: delivery.id,
    channel: delivery.channel,
    status: delivery.status,
    ...(reason && { reason }),
    ...(reason && detail && { detail }),
    ...(delivery.holdReason && delivery.holdReason !== 'fallback' && dueAt && { scheduled_for: dueAt }),
    ...(delivery.status !== 'skipped' && costOf(delivery)),
    ...(changes.length > 0 && { changes }),
    ...(isDryRun && { rules: [...delivery.rules] }),
  };
}

const costOf = ({ segments, encoding, estimatedPrice, estimatedUnit }: Decided) => ({
  ...(segments !== null && { segments }),
  ...(encoding !== null && { encoding }),
  ...(estimatedPrice !== null && { estimated_price: estimatedPrice }),
  ...(estimatedUnit !== null && { estimated_unit: estimatedUnit }),
});
