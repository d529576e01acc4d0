import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse } from '@nestjs/swagger';
import { Allow, inbox, service, staff } from '../auth/allow.js';
import { type Caller, CurrentCaller, nameOf } from '../auth/caller.js';
import { DomainError } from '../http/domain.error.js';
import { IdempotencyHeader } from '../http/idempotency.js';
import { ApiPage } from '../http/page.dto.js';
import { RequestUrl } from '../http/page.js';
import { Explainer } from './explainer.js';
import { InboxService } from './inbox.service.js';
import { InboxActions } from './inbox.actions.js';
import { InboxQuery, SendNotification, SendQuery } from './notification.dto.js';
import { AcceptedView, NotificationView, UnreadCountView } from './notification.view.js';
import { NotificationsReader } from './notifications.reader.js';
import { NotificationsService } from './notifications.service.js';
import { returnOf, SnoozeNotification } from './snooze.dto.js';

/** Sending, and a person's inbox. The second path is the one that clients of the Django service use. */
@Controller(['notifications', 'notifications/notifications'])
export class NotificationsController {
  constructor(
    private readonly notifications: NotificationsService,
    private readonly reader: NotificationsReader,
    private readonly counts: InboxService,
    private readonly actions: InboxActions,
    private readonly explainer: Explainer,
  ) {}

  /** Tells a person something. It is stored when this answers 202, with what each channel will do and why. */
  @Post()
  @HttpCode(202)
  @Allow(service('notifications:send'))
  @ApiAcceptedResponse({ type: AcceptedView })
  create(
    @Body() request: SendNotification,
    @Query() { dry_run: dryRun }: SendQuery,
    @CurrentCaller() caller: Caller,
    @IdempotencyHeader() idempotencyKey: string | undefined,
  ) {
    return this.notifications.send(request, { caller: nameOf(caller), idempotencyKey, dryRun });
  }

  /** Lists an inbox, newest first. A person's own; a service says whose, as `?user=42`. */
  @Get()
  @Allow(inbox(), service('notifications:read'))
  @ApiPage(NotificationView)
  list(@Query() query: InboxQuery, @CurrentCaller() caller: Caller, @RequestUrl() url: string) {
    return this.reader.list(inboxOf(caller, query.user), query, url);
  }

  /** Counts what is unread. */
  @Get('unread_count')
  @Allow(inbox())
  async unreadCount(@CurrentCaller() caller: Caller): Promise<UnreadCountView> {
    const userId = inboxOf(caller);
    return { count: (await this.counts.unreadCounts([userId])).get(userId) ?? 0 };
  }

  /** Marks everything in the inbox as read. */
  @Post('mark_all_read')
  @HttpCode(200)
  @Allow(inbox())
  markAllRead(@CurrentCaller() caller: Caller) {
    return this.actions.markAllRead(inboxOf(caller));
  }

  /** Shows one notification. What is somebody else's does not exist for a person. */
  @Get(':id')
  @Allow(inbox(), service('notifications:read'))
  get(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.reader.one(id, ownerOf(caller));
  }

  /** Shows every delivery, with its attempts and what the providers said. */
  @Get(':id/deliveries')
  @Allow(staff('notifications:read'))
  deliveries(@Param('id') id: string) {
    return this.explainer.deliveriesOf(id);
  }

  /** Explains per channel which rules decided, in their order, and what has happened since, by whom. */
  @Get(':id/explain')
  @Allow(staff('notifications:read'))
  explain(@Param('id') id: string) {
    return this.explainer.explain(id);
  }

  /** Stops what has not begun, and says per channel what was stopped and what had gone. Twice is as good as once. */
  @Post(':id/cancel')
  @HttpCode(200)
  @Allow(service('notifications:send'))
  cancel(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.explainer.cancel(id, nameOf(caller));
  }

  /** Marks as read. */
  @Post(':id/mark_read')
  @HttpCode(200)
  @Allow(inbox())
  markRead(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.actions.change(inboxOf(caller), id, 'read');
  }

  /** Marks as unread. */
  @Post(':id/mark_unread')
  @HttpCode(200)
  @Allow(inbox())
  markUnread(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.actions.change(inboxOf(caller), id, 'unread');
  }

  /** Puts into the archive. */
  @Post(':id/archive')
  @HttpCode(200)
  @Allow(inbox())
  archive(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.actions.change(inboxOf(caller), id, 'archive');
  }

  /** Puts back into the inbox. */
  @Post(':id/unarchive')
  @HttpCode(200)
  @Allow(inbox())
  unarchive(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.actions.change(inboxOf(caller), id, 'unarchive');
  }

  /** Takes it out of the inbox until a moment, when it comes back as a new one, unread. */
  @Post(':id/snooze')
  @HttpCode(200)
  @Allow(inbox())
  snooze(@Param('id') id: string, @Body() request: SnoozeNotification, @CurrentCaller() caller: Caller) {
    return this.actions.snooze(inboxOf(caller), id, returnOf(request, new Date()));
  }

  /** Puts it back at once, where it was. */
  @Post(':id/unsnooze')
  @HttpCode(200)
  @Allow(inbox())
  unsnooze(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.actions.change(inboxOf(caller), id, 'unsnooze');
  }

  /** Takes it out of the inbox for good. */
  @Delete(':id')
  @HttpCode(204)
  @Allow(inbox())
  remove(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.actions.remove(inboxOf(caller), id);
  }
}

/** Whose notifications the caller may read: their own, or (null) anybody's for a service. */
const ownerOf = (caller: Caller): string | null => (caller.kind === 'user' ? caller.userId : null);

/** Whose inbox is meant: a person's own; a service names the person. */
function inboxOf(caller: Caller, named?: string): string {
  if (caller.kind === 'user') return caller.userId;
  if (named !== undefined) return named;
  const detail = 'Say whose inbox to list: ?user=<id>.';
  const errors = [{ pointer: '/user', code: 'field.required', detail }];
  throw new DomainError({ status: 400, code: 'query.invalid', detail, errors });
}
