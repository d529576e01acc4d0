import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** Whether a provider may be called, for all instances. No row: it has never been otherwise. */
@Entity('provider_breakers')
@Check('provider_breakers_state_check', `state IN ('closed', 'open', 'half_open')`)
@Check('provider_breakers_cause_check', `cause IN ('configuration', 'failures')`)
export class ProviderBreaker {
  @PrimaryColumn('text') provider!: string;
  /** `half_open`: one delivery tries whether it works again. */
  @Column('text') state!: 'closed' | 'open' | 'half_open';
  @Column('text') cause!: 'configuration' | 'failures';
  /** Of the failure that opened it, or kept it open: the provider's code and a sentence. */
  @Column('text') code!: string;
  @Column('text') message!: string;
  @Column('timestamptz', { name: 'changed_at', default: () => 'now()' }) changedAt!: Date;
  /** When one delivery may try next. */
  @Column('timestamptz', { name: 'probe_at' }) probeAt!: Date;
}
