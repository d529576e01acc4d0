import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An address that must not be used, and why. */
@Entity('suppressions')
export class Suppression {
  @PrimaryColumn('text') channel!: string;
  @PrimaryColumn('text') address!: string;
  @Column('text') reason!: string;
  @Column('text', { nullable: true }) detail!: string | null;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt!: Date;
}
