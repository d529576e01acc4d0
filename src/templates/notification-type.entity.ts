import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { ChainStep } from './catalogue.js';
import { CategoryRow } from './category.entity.js';

/** Something that can be told. */
@Entity('notification_types')
@Check('notification_types_priority_check', `priority IN ('critical', 'normal', 'bulk')`)
export class NotificationTypeRow {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'notification_types_pkey' }) name!: string;
  @ForeignKey(() => CategoryRow, { name: 'notification_types_category_fkey' })
  @Column('text')
  category!: string;
  @Column('text') display!: string;
  @Column('text') priority!: 'critical' | 'normal' | 'bulk';
  /** A context that fills its words in: for previews and tests. */
  @Column('jsonb', { default: {} }) example!: Record<string, unknown>;
  @Column('smallint', { default: 0 }) position!: number;
  /** How long it is useful, in seconds; null: as its category says. */
  @Column('integer', { name: 'valid_for', nullable: true }) validFor!: number | null;
  /** Channels that stand in for each other. */
  @Column('jsonb', { default: [] }) chain!: ChainStep[];
}
