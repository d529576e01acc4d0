import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Keyword } from './keywords.js';

/** A text that somebody has sent to us. */
@Entity('inbound_messages')
@Unique('inbound_messages_provider_key', ['provider', 'providerId'])
@Check('inbound_messages_keyword_check', `keyword IN ('stop', 'start', 'help')`)
@Index('inbound_messages_from_idx', ['fromAddress', 'id'])
@Index('inbound_messages_words_idx', ['receivedAt'], { where: 'erased_at IS NULL' })
@Index('inbound_messages_erased_idx', ['receivedAt'], { where: 'erased_at IS NOT NULL' })
@Index('inbound_messages_users_idx', { synchronize: false })
export class InboundMessage {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') channel!: string;
  @Column('text') provider!: string;
  @Column('text', { name: 'provider_id' }) providerId!: string;
  /** Null once it is erased; so is the body. */
  @Column('text', { name: 'from_address', nullable: true }) fromAddress!: string | null;
  @Column('text', { name: 'to_address' }) toAddress!: string;
  @Column('text', { nullable: true }) body!: string | null;
  @Column('smallint', { name: 'media_count', default: 0 }) mediaCount!: number;
  /** What it was understood as; null where it is for people to read. */
  @Column('text', { nullable: true }) keyword!: Keyword | null;
  /** Who had this number when it came. */
  @Column('text', { name: 'user_ids', array: true, default: '{}' }) userIds!: string[];
  @Column('timestamptz', { name: 'received_at', default: () => 'now()' }) receivedAt!: Date;
  /** When its words were erased. */
  @Column('timestamptz', { name: 'erased_at', nullable: true }) erasedAt!: Date | null;
}
