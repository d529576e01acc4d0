import type { EventEmitter2 } from '@nestjs/event-emitter';
import { DeliveryChanged } from './delivery-changed.event.js';

/** What a statement must return of each row `d` that it moved. */
export const CHANGED =
  'd.id, d.notification_id AS "notificationId", d.user_id AS "userId", d.channel, d.status, d.followed';

export interface Changed {
  readonly id: string;
  readonly notificationId: string;
  readonly userId: string;
  readonly channel: string;
  readonly status: string;
  readonly followed: boolean;
}

/** Tells of rows that have reached another state. To be called after the commit. */
export function announce(events: EventEmitter2, rows: readonly Changed[]): void {
  for (const { id, notificationId, userId, channel, status, followed } of rows) {
    const event = new DeliveryChanged(id, notificationId, userId, channel, status, followed);
    events.emit(DeliveryChanged.name, event);
  }
}
