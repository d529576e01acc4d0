import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  PrimaryColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import type { Fault, Guarantee, HoldReason, Status } from './status.js';

/** One rule that had a say in a delivery, in the order in which they were asked. */
export interface Rule {
  readonly rule: string;
  readonly outcome: 'allow' | 'change' | 'skip' | 'hold';
  readonly detail: string;
}

/** What a provider has charged for one attempt. */
export interface Charge {
  /** Null where nobody has written it down. */
  readonly provider: string | null;
  /** The provider's own name for the message. */
  readonly id: string | null;
  /** Exact decimal as text. */
  readonly price: string;
  /** ISO 4217. */
  readonly currency: string;
}

/** One notification on its way to one address through one channel: the ledger row. */
@Entity('deliveries')
@Check(
  'deliveries_status_check',
  `status IN ('pending', 'sending', 'unknown', 'sent', 'delivered', 'failed', 'skipped', 'cancelled')`,
)
@Check('deliveries_lease_check', `(status = 'sending') = (lease_token IS NOT NULL)`)
@Check('deliveries_follow_if_check', `follow_if IN ('failed', 'undelivered', 'unread')`)
@Check('deliveries_guarantee_check', `guarantee IN ('at_least_once', 'at_most_once')`)
@Unique('deliveries_notification_channel_address_key', ['notificationId', 'channel', 'address'])
@Index('deliveries_due_idx', ['channel', 'priority', 'nextAttemptAt'], { where: `status = 'pending'` })
@Index('deliveries_expiring_idx', ['expiresAt'], { where: `status = 'pending' AND expires_at IS NOT NULL` })
@Index('deliveries_fallback_idx', ['lookAt'], { where: `status = 'pending' AND hold_reason = 'fallback'` })
@Index('deliveries_leased_idx', ['leaseUntil'], { where: `status = 'sending'` })
@Index('deliveries_unknown_idx', ['updatedAt'], { where: `status = 'unknown'` })
@Index('deliveries_failed_idx', ['id'], { where: `status = 'failed'` })
@Index('deliveries_sent_idx', ['channel', 'sentAt'], { where: `status = 'sent'` })
@Index('deliveries_bulk_idx', ['bulkId', 'channel', 'status'], { where: 'bulk_id IS NOT NULL' })
@Index('deliveries_user_idx', ['userId', 'id'])
@Index('deliveries_unpriced_idx', ['sentAt'], {
  where: 'price IS NULL AND provider_id IS NOT NULL AND segments IS NOT NULL',
})
@Index('deliveries_charged_idx', ['id'], { where: `charges <> '[]'` })
@Index('deliveries_provider_idx', ['provider', 'providerId'], {
  unique: true,
  where: 'provider_id IS NOT NULL',
})
export class Delivery {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'notification_id' }) notificationId!: string;
  @Column('text', { name: 'user_id' }) userId!: string;
  @Column('text') type!: string;
  @Column('text') category!: string;
  @Column('text') channel!: string;
  /** Null where it was erased with the words. */
  @Column('text', { nullable: true }) address!: string | null;
  @Column('jsonb', { default: {} }) content!: Record<string, string>;
  @Column('uuid', { name: 'bulk_id', nullable: true }) bulkId!: string | null;
  @Column('text') status!: Status;
  @Column('text', { nullable: true }) reason!: string | null;
  @Column('text', { nullable: true }) fault!: Fault | null;
  @Column('text', { name: 'hold_reason', nullable: true }) holdReason!: HoldReason | null;
  @Column('jsonb', { default: [] }) rules!: Rule[];
  @Column('smallint', { default: 1 }) priority!: number;
  @Column('text', { default: 'at_least_once' }) guarantee!: Guarantee;
  /** The channel that it stands in for, while it waits or since. */
  @Column('text', { nullable: true }) follows!: string | null;
  /** What of the one before it lets it go: a failure, or time without a delivery or without being read. */
  @Column('text', { name: 'follow_if', nullable: true }) followIf!:
    'failed' | 'undelivered' | 'unread' | null;
  /** Seconds after the one before it has gone; null for `failed`. */
  @Column('integer', { name: 'follow_after', nullable: true }) followAfter!: number | null;
  /** When the sweep looks whether it is to go. */
  @Column('timestamptz', { name: 'look_at', nullable: true }) lookAt!: Date | null;
  /** Whether others wait for this one. */
  @Column('boolean', { default: false }) followed!: boolean;
  /** Whether the person may do without it: such a message carries a way out. */
  @Column('boolean', { default: false }) optional!: boolean;
  @Column('timestamptz', { name: 'next_attempt_at', default: () => 'now()' }) nextAttemptAt!: Date;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt!: Date | null;
  @Column('smallint', { default: 0 }) attempt!: number;
  /** How many of them came before the last replay, which has room for as many again. */
  @Column('smallint', { name: 'attempts_before', default: 0 }) attemptsBefore!: number;
  @Column('uuid', { name: 'lease_token', nullable: true }) leaseToken!: string | null;
  @Column('timestamptz', { name: 'lease_until', nullable: true }) leaseUntil!: Date | null;
  @Column('timestamptz', { name: 'hinted_at', nullable: true }) hintedAt!: Date | null;
  @Column('text', { nullable: true }) provider!: string | null;
  @Column('text', { name: 'provider_id', nullable: true }) providerId!: string | null;
  @Column('text', { name: 'provider_status', nullable: true }) providerStatus!: string | null;
  @Column('smallint', { name: 'provider_rank', default: 0 }) providerRank!: number;
  @Column('text', { name: 'error_code', nullable: true }) errorCode!: string | null;
  @Column('text', { name: 'error_message', nullable: true }) errorMessage!: string | null;
  @Column('smallint', { nullable: true }) segments!: number | null;
  @Column('text', { nullable: true }) encoding!: string | null;
  /** ISO 3166; where the address is, if that matters. */
  @Column('text', { nullable: true }) country!: string | null;
  /** Exact decimal as text, in `estimatedUnit`; what one attempt was expected to cost at the plan. */
  @Column('numeric', { name: 'estimated_price', precision: 12, scale: 5, nullable: true })
  estimatedPrice!: string | null;
  /** ISO 4217. */
  @Column('text', { name: 'estimated_unit', nullable: true }) estimatedUnit!: string | null;
  /** Since when the attempt counts against the limits; null where it does not. */
  @Column('timestamptz', { name: 'reserved_at', nullable: true }) reservedAt!: Date | null;
  /** Exact decimal as text, in `priceUnit`; what the provider charged for this attempt, positive. */
  @Column('numeric', { precision: 12, scale: 5, nullable: true }) price!: string | null;
  @Column('text', { name: 'price_unit', nullable: true }) priceUnit!: string | null;
  /** What the attempts before were charged. */
  @Column('jsonb', { default: [] }) charges!: Charge[];
  /** The same of attempts before charges were kept apart: an exact decimal in `priceUnit`. Only read. */
  @Column('numeric', { name: 'price_before', precision: 12, scale: 5, default: 0 }) priceBefore!: string;
  @Column('timestamptz', { name: 'sent_at', nullable: true }) sentAt!: Date | null;
  @Column('timestamptz', { name: 'delivered_at', nullable: true }) deliveredAt!: Date | null;
  /** When the provider was last asked how it fares, after it had said nothing for long. */
  @Column('timestamptz', { name: 'asked_at', nullable: true }) askedAt!: Date | null;
  /** When its words were erased. */
  @Column('timestamptz', { name: 'erased_at', nullable: true }) erasedAt!: Date | null;
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at', default: () => 'now()' }) createdAt!: Date;
  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at', default: () => 'now()' }) updatedAt!: Date;
}
