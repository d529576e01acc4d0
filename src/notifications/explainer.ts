import { Injectable } from '@nestjs/common';
import { Snapshot } from '../database/snapshot.js';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import type { DeliveryView } from '../deliveries/delivery.view.js';
import { tracesOf, lifeOf } from '../deliveries/traces.js';
import { Interventions } from '../deliveries/interventions.js';
import type { Status } from '../deliveries/status.js';
import type { CancellationView, CancelledView, DeliveriesView, ExplanationView } from './explanation.view.js';
import { NotificationsReader } from './notifications.reader.js';

/** The support desk's question: why did they get it, or why not? */
@Injectable()
export class Explainer {
  constructor(
    private readonly snapshot: Snapshot,
    private readonly reader: NotificationsReader,
    private readonly deliveries: DeliveriesService,
    private readonly interventions: Interventions,
  ) {}

  async deliveriesOf(id: string): Promise<DeliveriesView> {
    const { rows, traces } = await this.read(id);
    return { results: rows.map((row) => this.deliveries.shown(row, traces)) };
  }

  async explain(id: string): Promise<ExplanationView> {
    const { notification, rows, traces } = await this.read(id);
    return {
      id: notification.id,
      notification_id: notification.reference,
      type: notification.type,
      template_version: notification.templateVersionId,
      locale: notification.locale,
      erased_at: notification.erasedAt,
      channels: rows.map((row) => ({
        channel: row.channel,
        status: row.status,
        reason: row.reason ?? row.holdReason,
        error: row.errorMessage,
        rules: row.rules,
        history: lifeOf(row, tracesOf(row, traces)),
      })),
    };
  }

  async cancel(id: string, actor: string): Promise<CancelledView> {
    const { id: notificationId } = await this.reader.row(id, null);
    const cancelled = await this.interventions.cancel(notificationId, actor);
    const { results } = await this.deliveriesOf(notificationId);
    return { results, cancelled: cancelled.length, channels: results.map(cancellationOf) };
  }

  private read(id: string) {
    return this.snapshot.read(async (on) => {
      const notification = await this.reader.row(id, null, on);
      const rows = await this.deliveries.of([notification.id], on);
      const ids = rows.map((row) => row.id);
      return { notification, rows, traces: await this.deliveries.tracesOf(ids, on) };
    });
  }
}

/** What a cancel leaves of a delivery, by where it stands. */
const CANCELLATION: Readonly<Record<Status, Omit<CancellationView, 'channel'>>> = {
  cancelled: { outcome: 'stopped', detail: 'It was stopped before it began.' },
  pending: { outcome: 'under_way', detail: 'It has just come back from a worker: cancel again to stop it.' },
  sending: { outcome: 'under_way', detail: 'A worker is handing it over: it is too late to stop this try.' },
  unknown: { outcome: 'under_way', detail: 'It may have been handed over: the provider is being asked.' },
  sent: { outcome: 'gone', detail: 'The provider had it already.' },
  delivered: { outcome: 'gone', detail: 'It had arrived already.' },
  failed: { outcome: 'not_sent', detail: 'It had failed already.' },
  skipped: { outcome: 'not_sent', detail: 'It was not to be sent anyway.' },
};

const cancellationOf = ({ channel, status }: DeliveryView): CancellationView => ({
  channel,
  ...CANCELLATION[status],
});
