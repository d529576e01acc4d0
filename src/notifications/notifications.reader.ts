import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { ChannelRegistry } from '../channels/channel.registry.js';
import { Snapshot } from '../database/snapshot.js';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import type { Delivery } from '../deliveries/delivery.entity.js';
import { notFound } from '../http/domain.error.js';
import { type Page, Seek } from '../http/page.js';
import { TemplatesService } from '../templates/templates.service.js';
import { UsersService } from '../users/users.service.js';
import { namedBy } from './inbox.service.js';
import { Notification } from './notification.entity.js';
import type { InboxQuery } from './notification.dto.js';
import { type AcceptedView, decisionOf, type NotificationView, viewOf } from './notification.view.js';
import type { Inserted, NewNotification } from './notification.writer.js';

const NO_NOTIFICATION = 'There is no such notification, or it is not yours.';

/** Notifications as the API shows them. */
@Injectable()
export class NotificationsReader {
  constructor(
    private readonly database: DataSource,
    private readonly snapshot: Snapshot,
    private readonly registry: ChannelRegistry,
    private readonly deliveries: DeliveriesService,
    private readonly templates: TemplatesService,
    private readonly users: UsersService,
  ) {}

  async list(userId: string, query: InboxQuery, url: string): Promise<Page<NotificationView>> {
    const seek = new Seek(query, [{ sql: 'n.seq', type: 'bigint' }], 'DESC');
    const { where, values } = conditionsOf(userId, query);
    const rows = await this.find(
      this.database.manager,
      `${where} AND ${seek.where(values.length + 1)} ${seek.tail}`,
      [...values, ...seek.values],
    );
    const count = seek.counted ? await this.count(where, values) : undefined;
    const page = seek.page(url, rows, (row) => [row.seq ?? '0'], count);
    return { ...page, results: await this.viewsOf(page.results) };
  }

  /** `userId` null reads anybody's, for services. */
  async one(id: string, userId: string | null): Promise<NotificationView> {
    const { row, deliveries } = await this.snapshot.read(async (on) => {
      const found = await this.row(id, userId, on);
      return { row: found, deliveries: await this.deliveries.of([found.id], on) };
    });
    const [view] = await this.viewsOf([row], deliveries);
    if (!view) throw notFound('notification.not-found', NO_NOTIFICATION);
    return view;
  }

  async row(
    id: string,
    userId: string | null,
    on: EntityManager = this.database.manager,
  ): Promise<Notification> {
    // A scheduled one is the sender's business until it is published; one without words tells a person nothing.
    const shown = 'n.user_id = $2 AND n.seq IS NOT NULL AND n.erased_at IS NULL';
    const mine = userId === null ? '$2::text IS NULL' : shown;
    const condition = `${namedBy(id, 1)} AND ${mine} AND n.deleted_at IS NULL`;
    const [row] = await this.find(on, condition, [id, userId]);
    if (!row) throw notFound('notification.not-found', NO_NOTIFICATION);
    return row;
  }

  /** An earlier notification as the answer to a send, read within a transaction. */
  async accepted(tx: EntityManager, id: string): Promise<AcceptedView> {
    const [row] = await this.find(tx, 'n.id = $1', [id]);
    if (!row) throw notFound('notification.not-found', NO_NOTIFICATION);
    const deliveries = await this.deliveries.of([id], tx);
    const [person] = await this.users.findMany([row.userId], tx);
    const { display } = await this.templates.typeOf(row.type);
    return Object.assign(this.view(row, person?.email ?? null, display, deliveries), {
      deliveries: deliveries.map((delivery) => decisionOf(delivery, delivery.nextAttemptAt)),
    });
  }

  /** A notification that is being written: its view before any delivery has begun. */
  viewOfNew(
    row: NewNotification,
    inserted: Inserted,
    email: string | null,
    typeDisplay: string,
  ): NotificationView {
    const untouched = {
      readAt: null,
      archivedAt: null,
      deletedAt: null,
      snoozedUntil: null,
      returnedAt: null,
      erasedAt: null,
    };
    const times = {
      createdAt: inserted.createdAt,
      updatedAt: inserted.createdAt,
      sendAt: null,
      expiresAt: null,
    };
    return this.view({ ...row, ...untouched, ...times, seq: inserted.seq }, email, typeDisplay, []);
  }

  private async viewsOf(
    rows: readonly Notification[],
    known?: readonly Delivery[],
  ): Promise<NotificationView[]> {
    const [people, deliveries, types] = await Promise.all([
      this.users.findMany([...new Set(rows.map(({ userId }) => userId))]),
      known ?? this.deliveries.of(rows.map(({ id }) => id)),
      this.templates.types(),
    ]);
    const emails = new Map(people.map(({ id, email }) => [id, email]));
    const displays = new Map(types.map(({ name, display }) => [name, display]));
    return rows.map((row) =>
      this.view(
        row,
        emails.get(row.userId) ?? null,
        displays.get(row.type) ?? row.type,
        deliveries.filter(({ notificationId }) => notificationId === row.id),
      ),
    );
  }

  private view(
    row: Notification,
    email: string | null,
    typeDisplay: string,
    deliveries: readonly Delivery[],
  ): NotificationView {
    return viewOf(row, { email, typeDisplay, channels: this.registry.all(), deliveries });
  }

  private async count(where: string, values: readonly unknown[]): Promise<number> {
    const [row] = await this.database.query<{ count: number }[]>(
      `SELECT count(*)::int AS count FROM notifications n WHERE ${where}`,
      [...values],
    );
    return row?.count ?? 0;
  }

  private find(on: EntityManager, condition: string, values: readonly unknown[]): Promise<Notification[]> {
    return on.query<Notification[]>(`SELECT ${COLUMNS} FROM notifications n WHERE ${condition}`, [...values]);
  }
}

const COLUMNS = `
  n.id, n.reference, n.user_id AS "userId", n.seq, n.type, n.category, n.title, n.message, n.action_url AS "actionUrl",
  n.locale, n.template_version_id AS "templateVersionId", n.order_id AS "orderId", n.order_number AS "orderNumber",
  n.payment_id AS "paymentId", n.metadata, n.dedupe_key AS "dedupeKey", n.bulk_id AS "bulkId", n.send_at AS "sendAt",
  n.expires_at AS "expiresAt", n.read_at AS "readAt", n.archived_at AS "archivedAt", n.deleted_at AS "deletedAt",
  n.snoozed_until AS "snoozedUntil", n.returned_at AS "returnedAt", n.erased_at AS "erasedAt",
  n.created_at AS "createdAt", n.updated_at AS "updatedAt"`;

function conditionsOf(userId: string, query: InboxQuery): { where: string; values: unknown[] } {
  const values: unknown[] = [userId];
  const parts = ['n.user_id = $1', 'n.seq IS NOT NULL', 'n.deleted_at IS NULL', 'n.erased_at IS NULL'];
  const add = (sql: string, value: unknown) => parts.push(sql.replace('?', `$${values.push(value)}`));
  parts.push(`n.archived_at IS ${query.archived ? 'NOT NULL' : 'NULL'}`);
  parts.push(`n.snoozed_until IS ${query.snoozed ? 'NOT NULL' : 'NULL'}`);
  if (query.is_read !== undefined) parts.push(`n.read_at IS ${query.is_read ? 'NOT NULL' : 'NULL'}`);
  if (query.type !== undefined) add('n.type = ?', query.type);
  if (query.category !== undefined) add('n.category = ?', query.category);
  if (query.created_after !== undefined) add('n.created_at > ?', new Date(query.created_after));
  if (query.created_before !== undefined) add('n.created_at < ?', new Date(query.created_before));
  return { where: parts.join(' AND '), values };
}
