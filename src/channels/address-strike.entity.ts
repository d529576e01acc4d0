import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Delivery } from '../deliveries/delivery.entity.js';

/** A failure that counts against an address and does not close it alone. */
@Entity('address_strikes')
@Index('address_strikes_delivery_idx', ['deliveryId'])
@Index('address_strikes_created_idx', ['createdAt'])
export class AddressStrike {
  @PrimaryColumn('text') channel!: string;
  @PrimaryColumn('text') address!: string;
  @ForeignKey(() => Delivery, { name: 'address_strikes_delivery_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'delivery_id' })
  deliveryId!: string;
  @Column('text') code!: string;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt!: Date;
}
