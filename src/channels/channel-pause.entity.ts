import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A channel that an operator has paused. */
@Entity('channel_pauses')
export class ChannelPause {
  @PrimaryColumn('text') channel!: string;
  @Column('text', { name: 'paused_by' }) pausedBy!: string;
  @Column('text', { nullable: true }) reason!: string | null;
  @Column('timestamptz', { name: 'paused_at', default: () => 'now()' }) pausedAt!: Date;
}
