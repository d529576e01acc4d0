import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { User } from '../users/user.entity.js';

/** A browser in which a person has turned push on. Its id is the address of the deliveries that go there. */
@Entity('push_subscriptions')
@Unique('push_subscriptions_endpoint_key', ['endpoint'])
@Index('push_subscriptions_user_idx', ['userId', 'id'])
export class PushSubscription {
  /** A UUID v7. Another one when the browser is somebody else's: what was meant for the one before never comes there. */
  @PrimaryColumn('uuid') id!: string;
  @ForeignKey(() => User, { name: 'push_subscriptions_user_id_fkey', onDelete: 'CASCADE' })
  @Column('text', { name: 'user_id' })
  userId!: string;
  /** A secret: whoever has it and the keys can write to this browser. */
  @Column('text') endpoint!: string;
  @Column('text') p256dh!: string;
  @Column('text') auth!: string;
  @Column('text', { name: 'device_name' }) deviceName!: string;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt!: Date;
  /** When a message was last handed over for it, to the hour. */
  @Column('timestamptz', { name: 'last_used_at', nullable: true }) lastUsedAt!: Date | null;
  /** What its browser subscribed with, base64url: the push service takes messages from nobody else. Null: not known. */
  @Column('text', { name: 'vapid_key', nullable: true }) vapidKey!: string | null;
}
