import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, service, user } from '../auth/allow.js';
import { type Caller, CurrentCaller, nameOf } from '../auth/caller.js';
import { DomainError } from '../http/domain.error.js';
import { IdempotencyHeader } from '../http/idempotency.js';
import { RequestUrl } from '../http/page.js';
import { Explainer } from './explainer.js';
import { InboxService } from './inbox.service.js';
import { InboxActions } from './inbox.actions.js';
import { InboxQuery, SendNotification, SendQuery } from './notification.dto.js';
import { NotificationsReader } from './notifications.reader.js';
import { NotificationsService } from './notifications.service.js';

/** Sending, and a person's inbox. The second path is the one that clients of the Django service use. */
@ApiTags('notifications')
@Controller(['notifications', 'notifications/notifications'])
export class NotificationsController {
  constructor(
    private readonly notifications: NotificationsService,
    private readonly reader: NotificationsReader,
    private readonly inbox: InboxService,
    private readonly actions: InboxActions,
    private readonly explainer: Explainer,
  ) {}

  /** Tells a person something: stored when this answers 202, with every channel's decision. */
  @Post()
  @HttpCode(202)
  @Allow(service('notifications:send'))
  create(
    @Body() request: SendNotification,
    @Query() { dry_run: dryRun }: SendQuery,
    @CurrentCaller() caller: Caller,
    @IdempotencyHeader() idempotencyKey: string | undefined,
  ) {
    return this.notifications.send(request, { caller: nameOf(caller), idempotencyKey, dryRun });
  }

  /** The inbox, newest first. */
  @Get()
  @Allow(user(), service('notifications:read'))
  list(@Query() query: InboxQuery, @CurrentCaller() caller: Caller, @RequestUrl() url: string) {
    return this.reader.list(inboxOf(caller, query.user), query, url);
  }

  /** How many are unread. */
  @Get('unread_count')
  @Allow(user())
  async unreadCount(@CurrentCaller() caller: Caller) {
    const userId = inboxOf(caller);
    return { count: (await this.inbox.unreadCounts([userId])).get(userId) ?? 0 };
  }

  /** Marks everything in the inbox as read. */
  @Post('mark_all_read')
  @HttpCode(200)
  @Allow(user())
  markAllRead(@CurrentCaller() caller: Caller) {
    return this.actions.markAllRead(inboxOf(caller));
  }

  /** One notification, by its id or its NOTIF reference. */
  @Get(':id')
  @Allow(user(), service('notifications:read'))
  get(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.reader.one(id, ownerOf(caller));
  }

  /** Every delivery of the notification, with its attempts and what the providers said. */
  @Get(':id/deliveries')
  @Allow(service('notifications:read'))
  deliveries(@Param('id') id: string) {
    return this.explainer.deliveriesOf(id);
  }

  /** Per channel the rules that decided, in their order. */
  @Get(':id/explain')
  @Allow(service('notifications:read'))
  explain(@Param('id') id: string) {
    return this.explainer.explain(id);
  }

  /** Stops the deliveries that have not begun. */
  @Post(':id/cancel')
  @HttpCode(200)
  @Allow(service('notifications:send'))
  cancel(@Param('id') id: string) {
    return this.explainer.cancel(id);
  }

  @Post(':id/mark_read')
  @HttpCode(200)
  @Allow(user())
  markRead(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.actions.change(inboxOf(caller), id, 'read');
  }

  @Post(':id/mark_unread')
  @HttpCode(200)
  @Allow(user())
  markUnread(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.actions.change(inboxOf(caller), id, 'unread');
  }

  @Post(':id/archive')
  @HttpCode(200)
  @Allow(user())
  archive(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.actions.change(inboxOf(caller), id, 'archive');
  }

  @Post(':id/unarchive')
  @HttpCode(200)
  @Allow(user())
  unarchive(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.actions.change(inboxOf(caller), id, 'unarchive');
  }

  /** Takes it out of the inbox for good. */
  @Delete(':id')
  @HttpCode(204)
  @Allow(user())
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
