import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { User } from '../users/user.entity.js';

/** The last place given in a person's inbox: raised in the transaction that publishes, so there are no gaps. */
@Entity('inbox_counters')
export class InboxCounter {
  @ForeignKey(() => User, { name: 'inbox_counters_user_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('text', { name: 'user_id' })
  userId!: string;
  @Column('bigint', { name: 'last_seq', default: 0 }) lastSeq!: string;
}
