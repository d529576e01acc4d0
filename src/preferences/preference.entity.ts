import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One choice of one person. No row is silence, and what silence means the channel and the category say. */
@Entity('preferences')
export class Preference {
  @PrimaryColumn('text', { name: 'user_id' }) userId!: string;
  @PrimaryColumn('text') category!: string;
  @PrimaryColumn('text') channel!: string;
  @Column('boolean') wanted!: boolean;
  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' }) updatedAt!: Date;
}
