import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { RejectedRecipient } from './bulk.view.js';

export type BulkStatus = 'pending' | 'done' | 'cancelled';

/** One notification for many people: a single row, worked off by a cursor. */
@Entity('bulk_sends')
@Check('bulk_sends_status_check', `status IN ('pending', 'done', 'cancelled')`)
@Index('bulk_sends_pending_idx', ['createdAt'], { where: `status = 'pending'` })
@Index('bulk_sends_words_idx', ['finishedAt'], { where: 'erased_at IS NULL' })
@Index('bulk_sends_erased_idx', ['finishedAt'], { where: 'erased_at IS NOT NULL' })
export class BulkSend {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') type!: string;
  @Column('jsonb') context!: Record<string, unknown>;
  @Column('jsonb', { name: 'user_ids' }) userIds!: string[];
  @Column('integer') total!: number;
  /** How many of `userIds` have been expanded into notifications. */
  @Column('integer', { default: 0 }) cursor!: number;
  @Column('jsonb', { default: [] }) rejected!: RejectedRecipient[];
  @Column('text', { default: 'pending' }) status!: BulkStatus;
  @Column('text') caller!: string;
  @Column('timestamptz', { name: 'lease_until', nullable: true }) leaseUntil!: Date | null;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt!: Date;
  @Column('timestamptz', { name: 'finished_at', nullable: true }) finishedAt!: Date | null;
  /** When its context and its list of people were erased. */
  @Column('timestamptz', { name: 'erased_at', nullable: true }) erasedAt!: Date | null;
}
