import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import type { Hours } from './catalogue.js';

/** A kind of message that a person may want or not. */
@Entity('categories')
@Check('categories_consent_check', `consent IN ('opt-in', 'opt-out')`)
@Check('categories_guarantee_check', `guarantee IN ('at_least_once', 'at_most_once')`)
export class CategoryRow {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'categories_pkey' }) name!: string;
  @Column('text') display!: string;
  /** It may be unsubscribed with one click. */
  @Column('boolean') optional!: boolean;
  /** What silence means. */
  @Column('text') consent!: 'opt-in' | 'opt-out';
  /** What happens when a provider's answer is lost: ask and send again, or never twice. */
  @Column('text') guarantee!: 'at_least_once' | 'at_most_once';
  /** The flat names of its preferences: by channel, `default` for all others, `{channel}` filled in. */
  @Column('jsonb', { name: 'preference_names', default: {} }) preferenceNames!: Record<string, string>;
  @Column('smallint', { default: 0 }) position!: number;
  /** Advertising, for which the law has hours of its own. */
  @Column('boolean', { default: false }) promotional!: boolean;
  /** When it may interrupt; null: at any time. */
  @Column('jsonb', { nullable: true }) hours!: Hours | null;
  /** How long its messages are useful, in seconds. */
  @Column('integer', { name: 'valid_for', nullable: true }) validFor!: number | null;
}
