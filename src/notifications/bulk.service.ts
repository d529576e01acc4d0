import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 } from 'uuid';
import { Answer } from '../http/answer.js';
import { notFound, unprocessable } from '../http/domain.error.js';
import { Idempotency, hashOf } from '../http/idempotency.js';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import { Interventions } from '../deliveries/interventions.js';
import { NO_CHOICES } from '../preferences/choices.js';
import { TemplatesService } from '../templates/templates.service.js';
import { UsersService } from '../users/users.service.js';
import type { BulkAcceptedView, BulkProgressView, RejectedRecipient } from './bulk.view.js';
import { BulkSend } from './bulk-send.entity.js';
import { Composer, type Told } from './composer.js';
import type { SendBulk } from './notification.dto.js';
import type { Sender } from './notifications.service.js';

/** One notification for many people: stored as one row at once, expanded in the background. */
@Injectable()
export class BulkService {
  constructor(
    private readonly database: DataSource,
    private readonly users: UsersService,
    private readonly templates: TemplatesService,
    private readonly composer: Composer,
    private readonly deliveries: DeliveriesService,
    private readonly interventions: Interventions,
    private readonly idempotency: Idempotency,
  ) {}

  /** Stores the send for those who are known, and says who is not. */
  async accept(request: SendBulk, sender: Sender): Promise<Answer<BulkAcceptedView>> {
    const ids = [...new Set(request.user_ids)];
    const told = await this.toldBy(request.notification_type, request.context_data ?? {}, null);
    return this.database.transaction((tx) =>
      this.idempotency.run(tx, sender.caller, sender.idempotencyKey, hashOf('bulk', request), async () => {
        const people = await this.users.findMany(ids, tx);
        const [somebody] = people;
        if (!somebody) {
          const detail = 'None of these people is known: add them with PUT /api/users/{id} first.';
          throw unprocessable('bulk.nobody', detail, [{ pointer: '/user_ids', code: 'bulk.nobody', detail }]);
        }
        // Once for one of them: a variable that the context lacks is said now, not ten thousand times later.
        await this.composer.compose(told, somebody, NO_CHOICES, new Map(), '', new Date());
        const known = new Set(people.map(({ id }) => id));
        const rejected = ids.filter((id) => !known.has(id)).map(unknownPerson);
        const id = v7();
        const accepted = ids.filter((userId) => known.has(userId));
        await tx.insert(BulkSend, {
          id,
          type: told.type.name,
          context: told.context as never,
          userIds: accepted,
          total: accepted.length,
          rejected,
          caller: sender.caller,
        });
        const message = `${accepted.length} notifications are on their way${rejected.length > 0 ? `; ${rejected.length} people are not known` : ''}.`;
        return { status: 202, body: { id, message, accepted: accepted.length, rejected } };
      }),
    );
  }

  /** What a bulk send tells everybody. */
  async toldBy(
    typeName: string,
    context: Readonly<Record<string, unknown>>,
    bulkId: string | null,
  ): Promise<Told> {
    return {
      type: await this.templates.typeOf(typeName, '/notification_type'),
      context,
      orderId: null,
      paymentId: null,
      channels: undefined,
      timing: { sendAt: null, expiresAt: null },
      dedupeKey: null,
      actionUrl: null,
      metadata: {},
      bulkId,
    };
  }

  async progress(id: string): Promise<BulkProgressView> {
    const bulk = await this.database.manager.findOneBy(BulkSend, { id });
    if (!bulk) throw noBulk();
    const deliveries: Record<string, Record<string, number>> = {};
    for (const { channel, status, count } of await this.deliveries.progressOf(id)) {
      (deliveries[channel] ??= {})[status] = count;
    }
    return {
      id,
      notification_type: bulk.type,
      status: bulk.status,
      total: bulk.total,
      expanded: bulk.cursor,
      rejected: bulk.rejected,
      deliveries,
      estimated: await this.deliveries.estimateOf(id),
      created_at: bulk.createdAt,
      finished_at: bulk.finishedAt,
    };
  }

  /** Stops what has not begun; what has been handed to a provider stays. */
  async cancel(id: string, actor: string): Promise<BulkProgressView> {
    const known = await this.database.manager.existsBy(BulkSend, { id });
    if (!known) throw noBulk();
    await this.database.query(
      `UPDATE bulk_sends SET status = 'cancelled', finished_at = now() WHERE id = $1 AND status = 'pending'`,
      [id],
    );
    await this.interventions.cancelBulk(id, actor);
    return this.progress(id);
  }
}

const noBulk = () => notFound('bulk.not-found', 'There is no bulk send with this id.');

const unknownPerson = (id: string): RejectedRecipient => ({
  user_id: id,
  code: 'bulk.unknown-user',
  detail: 'No person has this id: add them with PUT /api/users/{id}.',
});
