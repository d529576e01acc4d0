import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import {
  Channel,
  type ChannelMode,
  type Message,
  type Receipt,
  type Recipient,
} from '../channels/channel.js';
import { InboxService } from '../notifications/inbox.service.js';
import { NotificationCreated } from '../notifications/notification-created.event.js';
import { LiveInbox } from './live.inbox.js';
import { RealtimeSettings } from './realtime.settings.js';

/** The inbox, live: the commit puts a notification there, this shows it to whoever has it open. */
@Injectable()
export class RealtimeChannel extends Channel<never> {
  override readonly name = 'realtime';
  override readonly consent = 'always';
  override readonly parts = [] as const;
  override readonly atCommit = true;
  override readonly interrupts = false;

  constructor(
    private readonly inbox: InboxService,
    private readonly live: LiveInbox,
    private readonly settings: RealtimeSettings,
  ) {
    super();
  }

  override mode(): ChannelMode {
    const detail = this.settings.redisUrl === undefined ? 'this process' : 'all processes, through Redis';
    return { mode: 'live', label: 'Live inbox', detail };
  }

  override addressesOf({ id }: Recipient): string[] {
    return [id];
  }

  @OnEvent(NotificationCreated.name)
  onNotificationCreated({ userId, notificationId, seq }: NotificationCreated): void {
    if (seq !== null) this.live.show(userId, notificationId);
  }

  /** Only what was scheduled comes here, when its time has come. */
  override async send({ userId, notificationId }: Message<never>): Promise<Receipt> {
    await this.inbox.publish(notificationId);
    this.live.show(userId, notificationId);
    return { provider: 'inbox', providerId: null, status: 'delivered' };
  }
}
