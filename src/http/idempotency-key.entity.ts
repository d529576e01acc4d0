import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The first answer to a key, in the transaction of the work it answers for. */
@Entity('idempotency_keys')
@Index('idempotency_keys_created_idx', ['createdAt'])
export class IdempotencyKey {
  @PrimaryColumn('text')
  caller!: string;

  @PrimaryColumn('text')
  key!: string;

  @Column('text', { name: 'request_hash' })
  requestHash!: string;

  @Column('smallint', { nullable: true })
  status!: number | null;

  /** As it was sent, to the letter. */
  @Column('json', { nullable: true })
  body!: unknown;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
