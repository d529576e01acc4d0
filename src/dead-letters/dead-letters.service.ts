import { Injectable } from '@nestjs/common';
import { SuppressionsService, wayKey } from '../channels/suppressions.service.js';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import type { DeliveryFilter } from '../deliveries/delivery.dto.js';
import { type DeadLetter, Interventions } from '../deliveries/interventions.js';
import { notFound } from '../http/domain.error.js';
import type { RetryDeliveries } from './dead-letter.dto.js';
import { deadLetterView, type ReplayView, type RetriedView, retriedView } from './dead-letter.view.js';
import { type Refusal, refusalOf, REFUSALS } from './refusals.js';

/** How many are changed by one statement: a lock is held for as long as these take. */
const BATCH = 200;
const SAMPLE = 10;
const COUNTED = 100_000;

interface Judged {
  readonly row: DeadLetter;
  readonly refusal: Refusal | null;
}

/** Who wants it, and whether in spite of a warning. */
interface Wish {
  readonly actor: string;
  readonly force: boolean;
  readonly dryRun: boolean;
}

/** Deliveries that have failed, tried again when somebody asks for it. */
@Injectable()
export class DeadLetters {
  constructor(
    private readonly deliveries: DeliveriesService,
    private readonly interventions: Interventions,
    private readonly suppressions: SuppressionsService,
  ) {}

  /** What has failed, oldest first, after the delivery `after`. */
  list(filter: DeliveryFilter, after: string | null, limit: number): Promise<DeadLetter[]> {
    return this.interventions.failed(filter, after, limit);
  }

  async retry(id: string, force: boolean, actor: string): Promise<RetriedView> {
    const row = await this.interventions.findFailed(id);
    if (row) {
      const [judged] = await this.process([row], { actor, force, dryRun: false });
      return retriedView(id, judged?.refusal ?? null);
    }
    if (await this.deliveries.find(id)) return retriedView(id, 'not_failed');
    throw notFound('delivery.not-found', 'There is no delivery with this id.');
  }

  /** Looks at no more than `limit` in one call: a long replay is many short ones, each with its progress. */
  async retryAll(request: RetryDeliveries, actor: string): Promise<ReplayView> {
    const { limit, force, dry_run: dryRun } = request;
    const seen: Judged[] = [];
    let next = request.after ?? null;
    for (let more = true; more && seen.length < limit;) {
      const rows = await this.list(request, next, Math.min(BATCH, limit - seen.length));
      seen.push(...(await this.process(rows, { actor, force, dryRun })));
      next = rows.at(-1)?.id ?? next;
      more = rows.length > 0;
    }
    const remaining = seen.length < limit ? 0 : await this.interventions.countFailed(request, next, COUNTED);
    return {
      dry_run: dryRun,
      seen: seen.length,
      retried: seen.filter(({ refusal }) => refusal === null).length,
      refused: refusedOf(seen),
      sample: seen.slice(0, SAMPLE).map(({ row, refusal }) => deadLetterView(row, refusal, dryRun)),
      remaining,
      next: remaining > 0 ? next : null,
    };
  }

  private async process(rows: readonly DeadLetter[], wish: Wish): Promise<Judged[]> {
    const closed = await this.suppressions.of(rows);
    const judged = rows.map((row) => ({
      row,
      refusal: refusalOf(row, closed.has(wayKey(row)), wish.force),
    }));
    if (wish.dryRun) return judged;
    const ids = judged.filter(({ refusal }) => refusal === null).map(({ row }) => row.id);
    const retried = new Set(await this.interventions.replay(ids, wish.actor, wish.force));
    // Somebody else was faster, or its time ended in between.
    return judged.map(({ row, refusal }) => ({
      row,
      refusal: refusal ?? (retried.has(row.id) ? null : 'not_failed'),
    }));
  }
}

function refusedOf(seen: readonly Judged[]) {
  const counts = new Map<Refusal, number>();
  for (const { refusal } of seen) if (refusal) counts.set(refusal, (counts.get(refusal) ?? 0) + 1);
  return [...counts].map(([refusal, count]) => ({ refusal, count, detail: REFUSALS[refusal] }));
}
