import {
  Column,
  CreateDateColumn,
  Entity,
  ForeignKey,
  Index,
  PrimaryColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import { TemplateVersion } from '../templates/template-version.entity.js';
import { User } from '../users/user.entity.js';

/** What a person is told: the inbox row. */
@Entity('notifications')
@Unique('notifications_reference_key', ['reference'])
@Unique('notifications_user_seq_key', ['userId', 'seq'])
@Index('notifications_dedupe_idx', ['userId', 'type', 'dedupeKey'], {
  unique: true,
  where: 'dedupe_key IS NOT NULL',
})
@Index('notifications_words_idx', { synchronize: false })
@Index('notifications_erased_idx', { synchronize: false })
@Index('notifications_snoozed_idx', ['snoozedUntil'], { where: 'snoozed_until IS NOT NULL' })
@Index('notifications_unread_idx', ['userId'], {
  where:
    'read_at IS NULL AND archived_at IS NULL AND deleted_at IS NULL AND erased_at IS NULL AND seq IS NOT NULL',
})
export class Notification {
  @PrimaryColumn('uuid') id!: string;
  /** For people and their letters: `NOTIF20261123` and eight characters. */
  @Column('text') reference!: string;
  @ForeignKey(() => User, { name: 'notifications_user_id_fkey', onDelete: 'CASCADE' })
  @Column('text', { name: 'user_id' })
  userId!: string;
  /** Its place in the person's inbox; null until it is visible (a scheduled one). */
  @Column('bigint', { nullable: true }) seq!: string | null;
  @Column('text') type!: string;
  @Column('text') category!: string;
  /** Null once its words are erased; so is the message. */
  @Column('text', { nullable: true }) title!: string | null;
  @Column('text', { nullable: true }) message!: string | null;
  @Column('text', { name: 'action_url', nullable: true }) actionUrl!: string | null;
  @Column('text') locale!: string;
  @ForeignKey(() => TemplateVersion, { name: 'notifications_template_version_id_fkey' })
  @Column('uuid', { name: 'template_version_id', nullable: true })
  templateVersionId!: string | null;
  @Column('text', { name: 'order_id', nullable: true }) orderId!: string | null;
  @Column('text', { name: 'order_number', nullable: true }) orderNumber!: string | null;
  @Column('text', { name: 'payment_id', nullable: true }) paymentId!: string | null;
  @Column('jsonb', { default: {} }) metadata!: Record<string, unknown>;
  @Column('text', { name: 'dedupe_key', nullable: true }) dedupeKey!: string | null;
  @Column('uuid', { name: 'bulk_id', nullable: true }) bulkId!: string | null;
  @Column('timestamptz', { name: 'send_at', nullable: true }) sendAt!: Date | null;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt!: Date | null;
  @Column('timestamptz', { name: 'read_at', nullable: true }) readAt!: Date | null;
  @Column('timestamptz', { name: 'archived_at', nullable: true }) archivedAt!: Date | null;
  @Column('timestamptz', { name: 'deleted_at', nullable: true }) deletedAt!: Date | null;
  /** Put off: not in the inbox until then. Null again when it is back. */
  @Column('timestamptz', { name: 'snoozed_until', nullable: true }) snoozedUntil!: Date | null;
  /** When it last came back, in a new place. */
  @Column('timestamptz', { name: 'returned_at', nullable: true }) returnedAt!: Date | null;
  /** When its words were erased, and those of its deliveries. */
  @Column('timestamptz', { name: 'erased_at', nullable: true }) erasedAt!: Date | null;
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at', default: () => 'now()' }) createdAt!: Date;
  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at', default: () => 'now()' }) updatedAt!: Date;
}
