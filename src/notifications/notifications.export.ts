import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import { KEEPING_COSTS } from '../deliveries/erasing.js';
import { PersonalDataSource } from '../users/personal-data.js';
import type { User } from '../users/user.entity.js';

/* Notifications are locked before their deliveries, as whoever deletes old ones does it. */
const KEEP_COSTS = `
  WITH due AS MATERIALIZED (SELECT id FROM notifications WHERE user_id = $1 ORDER BY id FOR UPDATE),
  ${KEEPING_COSTS}
  SELECT count(*) FROM going`;

/**
 * What the person was told, and what became of it, for their export. Erasure takes it with the person; what it has cost
 * stays in the sums, which name nobody.
 */
@Injectable()
export class NotificationsExport extends PersonalDataSource {
  override readonly name = 'notifications';

  constructor(
    private readonly database: DataSource,
    private readonly deliveries: DeliveriesService,
  ) {
    super();
  }

  override async forget(tx: EntityManager, { id }: User): Promise<void> {
    await tx.query(KEEP_COSTS, [id]);
  }

  override async of({ id }: User): Promise<unknown> {
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT id, reference AS notification_id, type, category, title, message, action_url, locale, order_id,
              order_number, payment_id, metadata, send_at, expires_at, read_at, archived_at, snoozed_until, deleted_at, created_at,
              erased_at
         FROM notifications WHERE user_id = $1 ORDER BY id`,
      [id],
    );
    const deliveries = await this.deliveries.of(rows.map((row) => row.id));
    return rows.map((row) => ({
      ...row,
      deliveries: deliveries
        .filter(({ notificationId }) => notificationId === row.id)
        .map((row) => this.deliveries.shown(row)),
    }));
  }
}
