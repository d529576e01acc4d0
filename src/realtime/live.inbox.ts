import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { InboxChanged } from '../notifications/inbox-changed.event.js';
import { NotificationReturned } from '../notifications/notification-returned.event.js';
import { Audience } from './audience.js';
import type { Fact } from './fact.js';
import { Neighbours } from './neighbours.js';

/** Tells every connection of a person, wherever it is open, what happens in their inbox. */
@Injectable()
export class LiveInbox {
  constructor(
    private readonly audience: Audience,
    private readonly neighbours: Neighbours,
  ) {
    neighbours.listen((fact) => audience.hear(fact));
  }

  /** The notification is committed and has its place in the inbox. */
  show(userId: string, notificationId: string): void {
    this.spread({ kind: 'visible', userId, notificationId, at: Date.now() });
  }

  @OnEvent(NotificationReturned.name)
  onNotificationReturned({ userId, notificationId }: NotificationReturned): void {
    this.show(userId, notificationId);
  }

  @OnEvent(InboxChanged.name)
  onInboxChanged({ userId, kind, id, isRead, archived, snoozedUntil }: InboxChanged): void {
    this.spread({
      kind: 'changed',
      userId,
      notificationId: id,
      change: kind === 'deleted' ? 'deleted' : 'updated',
      ...(kind === 'all_read' ? { isRead: true } : isRead !== undefined && { isRead }),
      ...(archived !== undefined && { archived }),
      ...(snoozedUntil !== undefined && { snoozedUntil }),
    });
  }

  private spread(fact: Fact): void {
    this.audience.hear(fact);
    this.neighbours.tell(fact);
  }
}
