import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Where a choice came from: a form, a reply to a text, a service, an import, or a link in a message. */
export type ConsentSource = 'form' | 'reply' | 'api' | 'import' | 'link';

/** Who said yes or no to what, when and how. Rows are only added, and outlive the person's own row. */
@Entity('consent_events')
@Check('consent_events_source_check', `source IN ('form', 'reply', 'api', 'import', 'link')`)
@Index('consent_events_user_idx', ['userId', 'id'])
export class ConsentEvent {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id!: string;
  @Column('text', { name: 'user_id' }) userId!: string;
  @Column('text') category!: string;
  @Column('text') channel!: string;
  @Column('boolean') wanted!: boolean;
  @Column('text') source!: ConsentSource;
  @Column('jsonb', { default: {} }) detail!: Record<string, unknown>;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt!: Date;
  /** From where it was said, where that is known. Goes with the person. */
  @Column('text', { nullable: true }) ip!: string | null;
  /** The words that the person said yes or no to: themselves, or their version. */
  @Column('text', { nullable: true }) wording!: string | null;
  /** When it was said, where that was before it was written down here. */
  @Column('timestamptz', { name: 'given_at', nullable: true }) givenAt!: Date | null;
}
