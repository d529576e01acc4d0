import { Injectable, Logger } from '@nestjs/common';
import { EventEmitter2, OnEvent } from '@nestjs/event-emitter';
import { DataSource } from 'typeorm';
import type { Reads } from '../database/pipeline.js';
import { announce, type Changed, CHANGED } from './announce.js';
import { Batch } from './batch.js';
import { DeliveryChanged } from './delivery-changed.event.js';
import type { Claimed } from './leases.js';
import { rowsOf } from './rows.js';
import { leaving, type Status } from './status.js';

/** Rows of one look; what is left has its turn in the next. */
const AT_ONCE = 1000;
/** Where nothing has been heard that decides, it is looked at again in a minute, or when it is half as old again. */
const AGAIN = 60;

const WAITS = `w.status = ${leaving('pending', 'skipped')} AND w.hold_reason = 'fallback'`;

/** Where the outcome of the one before decides. What is unknown has neither failed nor begun. */
const DECIDING: readonly string[] = ['delivered', 'failed', 'skipped'] satisfies Status[];

/** Read, put away or laid aside for later: the person has seen it. */
const SEEN = 'coalesce(n.read_at, n.archived_at, n.deleted_at, n.snoozed_until, n.returned_at) IS NOT NULL';

/*
 * One that waits is reached when the person has seen the notification, or when one of those before it has arrived
 * (unless it asks for reading) or was needless itself. It goes when all of those before it have come to nothing, or
 * when its time after them has passed. Before that it is looked at again.
 */
const judging = (whose: string) => `
  WITH waiting AS MATERIALIZED (
    SELECT w.id, w.notification_id, w.follows, w.follow_if, w.follow_after, w.created_at FROM deliveries w
     WHERE ${WAITS} AND ${whose}),
  judged AS (
    SELECT w.id,
           CASE WHEN ${SEEN} OR p.needless OR (p.arrived AND w.follow_if <> 'unread') THEN 'reached'
                WHEN p.nothing OR now() >= p.began + make_interval(secs => w.follow_after) THEN 'go'
                ELSE 'wait' END AS verdict,
           coalesce(p.began + make_interval(secs => w.follow_after),
                    now() + greatest(make_interval(secs => ${AGAIN}), (now() - w.created_at) / 2)) AS look_at
      FROM waiting w JOIN notifications n ON n.id = w.notification_id
     CROSS JOIN LATERAL (
       SELECT bool_or(b.status = 'delivered') AS arrived, bool_or(b.reason = 'reached') AS needless,
              bool_and(b.status IN ('failed', 'skipped')) AS nothing, max(b.sent_at) AS began
         FROM deliveries b WHERE b.notification_id = w.notification_id AND b.channel = w.follows) AS p)
  UPDATE deliveries d
     SET status = CASE j.verdict WHEN 'reached' THEN 'skipped' ELSE d.status END,
         reason = CASE j.verdict WHEN 'reached' THEN 'reached' END,
         fault = CASE j.verdict WHEN 'reached' THEN 'policy' END,
         hold_reason = CASE j.verdict WHEN 'wait' THEN d.hold_reason END,
         next_attempt_at = CASE j.verdict WHEN 'go' THEN now() ELSE d.next_attempt_at END,
         look_at = CASE j.verdict WHEN 'wait' THEN j.look_at END,
         updated_at = CASE j.verdict WHEN 'wait' THEN d.updated_at ELSE now() END
    FROM judged j WHERE d.id = j.id
  RETURNING ${CHANGED}, j.verdict`;

/* What was let go and then kept for another reason may be needless by now, by the same rule. */
const REACHED = `
  SELECT w.id FROM deliveries w JOIN notifications n ON n.id = w.notification_id
   WHERE w.id = ANY($1::uuid[])
     AND (${SEEN} OR EXISTS (
       SELECT FROM deliveries b WHERE b.notification_id = w.notification_id AND b.channel = w.follows
          AND (b.reason = 'reached' OR (b.status = 'delivered' AND w.follow_if <> 'unread'))))`;

/* Whoever comes later waits for the one who judges now, and then sees what has changed meanwhile. */
const OF_NOTIFICATIONS = judging('w.notification_id = ANY($1::uuid[]) ORDER BY w.id FOR NO KEY UPDATE');
const LOOK = judging(`w.look_at <= now() ORDER BY w.look_at LIMIT ${AT_ONCE} FOR NO KEY UPDATE SKIP LOCKED`);

/** Steps of a chain: they wait in the ledger until the one before them has failed, or its time is over. */
@Injectable()
export class Fallbacks {
  private readonly logger = new Logger('Fallbacks');
  private readonly nudges = new Batch<string, void>(async (ids) => {
    await this.lookAt(ids);
    return ids.map(() => undefined);
  });

  constructor(
    private readonly database: DataSource,
    private readonly events: EventEmitter2,
  ) {}

  /** A nudge: what it misses, the next look finds. */
  @OnEvent(DeliveryChanged.name)
  onDeliveryChanged({ followed, status, notificationId }: DeliveryChanged): void {
    if (!followed || !DECIDING.includes(status)) return;
    this.nudges.add(notificationId).catch((error: unknown) => {
      this.logger.warn(`What waits in ${notificationId} is looked at later: ${(error as Error).message}`);
    });
  }

  /** Looks at those whose time for it has come. */
  async look(): Promise<void> {
    this.tell(rowsOf<Judged>(await this.database.query(LOOK)));
  }

  /** Looks at all that wait in these notifications. */
  async lookAt(notificationIds: readonly string[]): Promise<void> {
    this.tell(rowsOf<Judged>(await this.database.query(OF_NOTIFICATIONS, [notificationIds])));
  }

  /** Those among these steps that nobody needs any more. Asks nothing where no row is a later step. */
  async reached(
    rows: readonly Pick<Claimed, 'id' | 'follows'>[],
    on: Pick<Reads, 'query'>,
  ): Promise<ReadonlySet<string>> {
    const ids = rows.flatMap(({ id, follows }) => (follows === null ? [] : [id]));
    if (ids.length === 0) return new Set();
    const found = await on.query<{ id: string }[]>(REACHED, [ids]);
    return new Set(found.map(({ id }) => id));
  }

  private tell(rows: readonly Judged[]): void {
    announce(
      this.events,
      rows.filter(({ verdict }) => verdict === 'reached'),
    );
  }
}

type Judged = Changed & { readonly verdict: 'reached' | 'go' | 'wait' };
