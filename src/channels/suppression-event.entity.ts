import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { Reason, Source } from './suppression.entity.js';

/** An address was closed or opened again, by whom and why. Rows are only added. */
@Entity('suppression_events')
@Check('suppression_events_action_check', `action IN ('closed', 'lifted')`)
@Index('suppression_events_address_idx', ['channel', 'address', 'id'])
export class SuppressionEvent {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id!: string;
  @Column('text') channel!: string;
  @Column('text') address!: string;
  @Column('text') action!: 'closed' | 'lifted';
  /** Why it was closed, also where this is its opening. */
  @Column('text') reason!: Reason;
  @Column('text') source!: Source;
  @Column('text', { nullable: true }) actor!: string | null;
  @Column('text', { nullable: true }) detail!: string | null;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt!: Date;
}
