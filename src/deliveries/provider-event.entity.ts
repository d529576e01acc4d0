import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** What a provider said later, word for word, whether it changed anything or not. Rows are only added. */
@Entity('provider_events')
@Index('provider_events_delivery_idx', ['deliveryId'])
export class ProviderEvent {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id!: string;
  @Column('uuid', { name: 'delivery_id', nullable: true }) deliveryId!: string | null;
  @Column('smallint', { nullable: true }) attempt!: number | null;
  @Column('text') provider!: string;
  @Column('text', { name: 'provider_id' }) providerId!: string;
  @Column('text') status!: string;
  @Column('smallint') rank!: number;
  @Column('text', { name: 'error_code', nullable: true }) errorCode!: string | null;
  @Column('jsonb') payload!: Record<string, string>;
  @Column('boolean') applied!: boolean;
  @Column('timestamptz', { name: 'received_at', default: () => 'now()' }) receivedAt!: Date;
}
