import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn, UpdateDateColumn } from 'typeorm';

/** A person who is told things. `id` is the platform's own where it gives one, else a UUID v7. */
@Entity('users')
@Check('users_id_check', 'length(id) BETWEEN 1 AND 64')
@Index('users_email_idx', ['email'], { where: 'email IS NOT NULL' })
@Index('users_phone_idx', ['phone'], { where: 'phone IS NOT NULL' })
export class User {
  @PrimaryColumn('text') id!: string;
  @Column('text', { nullable: true }) email!: string | null;
  /** E.164. */
  @Column('text', { nullable: true }) phone!: string | null;
  @Column('text', { name: 'first_name', default: '' }) firstName!: string;
  @Column('text', { name: 'last_name', default: '' }) lastName!: string;
  @Column('text', { default: 'en' }) locale!: string;
  @Column('text', { name: 'time_zone', default: 'Asia/Kolkata' }) timeZone!: string;
  /** `HH:MM:SS` on the person's own clock. */
  @Column('time', { name: 'quiet_start', nullable: true }) quietStart!: string | null;
  @Column('time', { name: 'quiet_end', nullable: true }) quietEnd!: string | null;
  @Column('timestamptz', { name: 'paused_until', nullable: true }) pausedUntil!: Date | null;
  /**
   * What channels have found out for themselves, by the channel's name: what an address is, only the channel knows. They lie
   * in the person's row so that a send reads them with it.
   */
  @Column('jsonb', { default: {} }) addresses!: Readonly<Record<string, readonly string[] | undefined>>;
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at', default: () => 'now()' }) createdAt!: Date;
  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at', default: () => 'now()' }) updatedAt!: Date;
}
