import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { User } from '../users/user.entity.js';

/** One choice of one person. No row is silence, and what silence means the channel and the category say. */
@Entity('preferences')
export class Preference {
  @ForeignKey(() => User, { name: 'preferences_user_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('text', { name: 'user_id' })
  userId!: string;
  @PrimaryColumn('text') category!: string;
  @PrimaryColumn('text') channel!: string;
  @Column('boolean') wanted!: boolean;
  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' }) updatedAt!: Date;
}
