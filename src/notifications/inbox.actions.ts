import { Injectable } from '@nestjs/common';
import { notFound } from '../http/domain.error.js';
import { type InboxChange, InboxService } from './inbox.service.js';
import type { MarkedReadView, NotificationView } from './notification.view.js';
import { NotificationsReader } from './notifications.reader.js';

/** What a person does with their inbox over HTTP. What is not theirs does not exist. */
@Injectable()
export class InboxActions {
  constructor(
    private readonly inbox: InboxService,
    private readonly reader: NotificationsReader,
  ) {}

  async change(userId: string, id: string, change: InboxChange): Promise<NotificationView> {
    if (!(await this.inbox.change(userId, id, change))) throw absent();
    return this.reader.one(id, userId);
  }

  /** @param until when it comes back */
  async snooze(userId: string, id: string, until: Date): Promise<NotificationView> {
    if (!(await this.inbox.snooze(userId, id, until))) throw absent();
    return this.reader.one(id, userId);
  }

  async remove(userId: string, id: string): Promise<void> {
    if (!(await this.inbox.change(userId, id, 'delete'))) throw absent();
  }

  async markAllRead(userId: string): Promise<MarkedReadView> {
    const count = await this.inbox.markAllRead(userId);
    return { count, message: `${count} ${count === 1 ? 'notification' : 'notifications'} marked as read.` };
  }
}

const absent = () => notFound('notification.not-found', 'There is no such notification, or it is not yours.');
