import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { DataSource } from 'typeorm';
import type { Candidate } from '../costs/admission.js';
import { Writes } from '../database/pipeline.js';
import { Admissions } from './admissions.js';
import { announce } from './announce.js';
import { Batch } from './batch.js';
import { CHARGE } from './charged.js';
import { DeliverySettings } from './delivery.settings.js';
import type { Claimed } from './leases.js';
import { rowsOf } from './rows.js';
import { leaving } from './status.js';

/** A row as the claim returns it: with what the limits ask of it. */
type Taken = Claimed & Candidate;

/** A row to be claimed, and who is to carry it. */
interface Wanted {
  readonly id: string;
  readonly provider: string | null;
}

/*
 * $3: whether it counts against the limits from now on. The provider ($4) stands on the row before it is called: should this
 * process die, that one is asked and no other. What the attempt before was charged is put aside, with whose and in what.
 * The candidates are locked in the order of their ids before they are changed: two batches that meet never
 * wait for each other in a circle. `IS TRUE` keeps the planner on the primary key, away from the due index.
 */
const CLAIM = `
  WITH due AS MATERIALIZED (
    SELECT id, CASE WHEN hold_reason = 'retry' THEN provider END AS refused_by FROM deliveries
     WHERE id = ANY($1::uuid[]) AND (status = ${leaving('pending', 'sending')}) IS TRUE AND next_attempt_at <= now()
       AND (expires_at IS NULL OR expires_at > now())
     ORDER BY id FOR NO KEY UPDATE SKIP LOCKED),
  claimed AS (
    UPDATE deliveries d
       SET status = 'sending', attempt = d.attempt + 1, lease_token = gen_random_uuid(),
           lease_until = now() + make_interval(secs => $2), hold_reason = NULL,
           provider = ($4::text[])[array_position($1::uuid[], d.id)], provider_id = NULL,
           provider_status = NULL, provider_rank = 0, updated_at = now(),
           charges = CASE WHEN d.price IS NULL THEN d.charges ELSE d.charges || ${CHARGE} END, price = NULL,
           reserved_at = CASE WHEN $3 THEN now() END
      FROM due WHERE d.id = due.id
    RETURNING d.id, d.notification_id, d.user_id, d.type, d.category, d.channel, d.address, d.content, d.attempt,
              d.attempts_before, d.guarantee, d.optional, d.expires_at, d.next_attempt_at, d.lease_token,
              d.priority, d.estimated_price, d.estimated_unit, d.provider, d.follows, due.refused_by),
  noted AS (
    INSERT INTO delivery_attempts (delivery_id, attempt, lease_token) SELECT id, attempt, lease_token FROM claimed)
  SELECT id, notification_id AS "notificationId", user_id AS "userId", type, category, channel, address, content,
         attempt, attempt - attempts_before AS tries, guarantee, optional, expires_at AS "expiresAt",
         next_attempt_at AS "dueAt", lease_token AS "leaseToken", priority, estimated_price AS "estimatedPrice",
         estimated_unit AS "estimatedUnit", provider, follows, refused_by AS "refusedBy"
    FROM claimed`;

/** Claims rows for sending, many in one round trip; what the limits hold for is counted in the same transaction. */
@Injectable()
export class Claims {
  private readonly free = new Batch<Wanted, Claimed | null>((wanted) => this.takeAll(wanted));
  private readonly metered = new Batch<Wanted, Claimed | null>((wanted) => this.takeWithinLimits(wanted));

  constructor(
    private readonly database: DataSource,
    private readonly writes: Writes,
    private readonly events: EventEmitter2,
    private readonly settings: DeliverySettings,
    private readonly admissions: Admissions,
  ) {}

  /** Null when it is not to be sent now. */
  take(wanted: Wanted, metered: boolean): Promise<Claimed | null> {
    return metered && this.admissions.areLimited ? this.metered.add(wanted) : this.free.add(wanted);
  }

  private async takeAll(wanted: Wanted[]): Promise<(Claimed | null)[]> {
    const values = this.valuesOf(wanted, false);
    return inOrder(wanted, await this.writes.query<Claimed[]>(CLAIM, values));
  }

  private async takeWithinLimits(wanted: Wanted[]): Promise<(Claimed | null)[]> {
    const { taken, ...decision } = await this.database.transaction(async (tx) => {
      const values = this.valuesOf(wanted, true);
      const taken = rowsOf<Taken>(await tx.query<unknown>(CLAIM, values));
      return { taken, ...(await this.admissions.decide(tx, taken)) };
    });
    announce(this.events, decision.turned);
    this.admissions.tell(decision);
    return inOrder(
      wanted,
      taken.filter(({ id }) => !decision.refused.has(id)),
    );
  }

  private valuesOf(wanted: readonly Wanted[], counts: boolean): unknown[] {
    const ids = wanted.map(({ id }) => id);
    return [ids, this.settings.leaseSeconds, counts, wanted.map(({ provider }) => provider)];
  }
}

/** The same hint twice in one batch is one claim. */
function inOrder(wanted: readonly Wanted[], rows: readonly Claimed[]): (Claimed | null)[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return wanted.map(({ id }) => {
    const row = byId.get(id) ?? null;
    byId.delete(id);
    return row;
  });
}
