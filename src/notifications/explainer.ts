import { Injectable } from '@nestjs/common';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import { deliveryView } from '../deliveries/delivery.view.js';
import type { CancelledView, DeliveriesView, ExplanationView } from './explanation.view.js';
import { NotificationsReader } from './notifications.reader.js';

/** The support desk's question: why did they get it, or why not? */
@Injectable()
export class Explainer {
  constructor(
    private readonly reader: NotificationsReader,
    private readonly deliveries: DeliveriesService,
  ) {}

  async deliveriesOf(id: string): Promise<DeliveriesView> {
    const { id: notificationId } = await this.reader.row(id, null);
    const rows = await this.deliveries.of([notificationId]);
    const ids = rows.map((row) => row.id);
    const [attempts, events] = await Promise.all([
      this.deliveries.attemptsOf(ids),
      this.deliveries.eventsOf(ids),
    ]);
    return { results: rows.map((row) => deliveryView(row, attempts, events)) };
  }

  async explain(id: string): Promise<ExplanationView> {
    const notification = await this.reader.row(id, null);
    const rows = await this.deliveries.of([notification.id]);
    return {
      id: notification.id,
      notification_id: notification.reference,
      type: notification.type,
      template_version: notification.templateVersionId,
      locale: notification.locale,
      channels: rows.map((row) => ({
        channel: row.channel,
        status: row.status,
        reason: row.reason ?? row.holdReason,
        error: row.errorMessage,
        rules: row.rules,
      })),
    };
  }

  async cancel(id: string): Promise<CancelledView> {
    const { id: notificationId } = await this.reader.row(id, null);
    const cancelled = await this.deliveries.cancel(notificationId);
    return Object.assign(await this.deliveriesOf(notificationId), { cancelled: cancelled.length });
  }
}
