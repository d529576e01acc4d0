import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { Delivery } from './delivery.entity.js';

/** What somebody asked of a delivery, and what it was before. Rows are only added. */
@Entity('interventions')
@Check('interventions_action_check', `action IN ('retry', 'cancel')`)
@Index('interventions_delivery_idx', ['deliveryId'])
export class Intervention {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id!: string;
  @ForeignKey(() => Delivery, { name: 'interventions_delivery_id_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'delivery_id' })
  deliveryId!: string;
  @Column('text') action!: 'retry' | 'cancel';
  /** Who asked: `service:shop`, `user:42`, `operator:ravi`. */
  @Column('text') actor!: string;
  /** Whether it was asked for in spite of a warning. */
  @Column('boolean', { default: false }) forced!: boolean;
  /** How many tries there had been. */
  @Column('smallint') attempt!: number;
  /** Why the delivery had failed, or waited. */
  @Column('text', { nullable: true }) reason!: string | null;
  @Column('text', { name: 'error_code', nullable: true }) errorCode!: string | null;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt!: Date;
}
