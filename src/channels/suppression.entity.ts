import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * Why an address must not be used, from the weakest reason to the strongest: a stronger one takes the place of a
 * weaker. `stopped` is the person's own word, and only that one a START takes back.
 */
export const REASONS = ['unreachable', 'invalid', 'stopped', 'complaint', 'manual'] as const;
export type Reason = (typeof REASONS)[number];

/** Who told us: a provider by a failure, the person by a reply, a caller of the API, or an operator's command. */
export const SOURCES = ['provider', 'reply', 'api', 'command'] as const;
export type Source = (typeof SOURCES)[number];

/** An address that must not be used, and why. */
@Entity('suppressions')
export class Suppression {
  @PrimaryColumn('text') channel!: string;
  @PrimaryColumn('text') address!: string;
  @Column('text') reason!: Reason;
  @Column('text', { nullable: true }) detail!: string | null;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt!: Date;
  @Column('text', { default: 'provider' }) source!: Source;
  /** Who it was, as `service:shop` or `operator:asha`; null for the person themselves. */
  @Column('text', { nullable: true }) actor!: string | null;
}
