import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { ConsentSource } from './consent-event.entity.js';

/** Who set quiet hours, time zone, language or a pause to what, or brought a device, when and how. Rows are only added, and go with the person. */
@Entity('setting_events')
@Check('setting_events_source_check', `source IN ('form', 'reply', 'api', 'import', 'link')`)
@Index('setting_events_user_idx', ['userId', 'id'])
export class SettingEvent {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id!: string;
  @Column('text', { name: 'user_id' }) userId!: string;
  /** By the name that the API gives it: `paused_until`. */
  @Column('text') setting!: string;
  /** As the API shows it; null where it was cleared. Of a `device`: which one, and whether it was added or removed. */
  @Column('jsonb', { nullable: true }) value!: unknown;
  @Column('text') source!: ConsentSource;
  @Column('jsonb', { default: {} }) detail!: Record<string, unknown>;
  /** From where it was said, where that is known. */
  @Column('text', { nullable: true }) ip!: string | null;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt!: Date;
}
