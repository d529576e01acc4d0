import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import { PersonalDataSource } from '../users/personal-data.js';
import type { User } from '../users/user.entity.js';

/** What the person was told, and what became of it, for their export. Erasure takes it with the person. */
@Injectable()
export class NotificationsExport extends PersonalDataSource {
  override readonly name = 'notifications';

  constructor(
    private readonly database: DataSource,
    private readonly deliveries: DeliveriesService,
  ) {
    super();
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
