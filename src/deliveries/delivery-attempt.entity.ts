import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Delivery } from './delivery.entity.js';

/** One call to a provider and how it ended. Rows are added by the claim and finished by its outcome. */
@Entity('delivery_attempts')
export class DeliveryAttempt {
  @ForeignKey(() => Delivery, { name: 'delivery_attempts_delivery_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'delivery_id' })
  deliveryId!: string;
  @PrimaryColumn('smallint') attempt!: number;
  @PrimaryColumn('uuid', { name: 'lease_token' }) leaseToken!: string;
  @Column('text', { nullable: true }) provider!: string | null;
  @Column('text', { name: 'provider_id', nullable: true }) providerId!: string | null;
  @Column('text', { nullable: true }) outcome!: string | null;
  @Column('text', { name: 'error_code', nullable: true }) errorCode!: string | null;
  @Column('text', { name: 'error_message', nullable: true }) errorMessage!: string | null;
  @Column('timestamptz', { name: 'started_at', default: () => 'now()' }) startedAt!: Date;
  @Column('timestamptz', { name: 'finished_at', nullable: true }) finishedAt!: Date | null;
}
