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
/** Where nothing has been heard that decides, it is looked at again in a minute at the earliest. */
const AGAIN = 60;

const WAITS = `w.status = ${leaving('pending', 'skipped')} AND w.hold_reason = 'fallback'`;

/** Where the outcome of the one before decides. What is unknown has neither failed nor begun. */
const DECIDING: readonly string[] = ['delivered', 'failed', 'skipped'] satisfies Status[];

/** Read, put away or laid aside for later: the person has seen it. */
const SEEN = 'coalesce(n.read_at, n.archived_at, n.deleted_at, n.snoozed_until, n.returned_at) IS NOT NULL';

/*
 * Since when one before it could have gone. What is tried in vain becomes due anew each time: there it is the first try.
 */
const SINCE = `
  CASE b.hold_reason WHEN 'breaker_open' THEN least(b.next_attempt_at, (
    SELECT min(a.started_at) FROM delivery_attempts a WHERE a.delivery_id = b.id)) ELSE b.next_attempt_at END`;

/*
 * When those before it, none of which has gone, have been waiting for as long as it would wait for one that has, or
 * for half of the time in which it is of use itself.
 */
const PATIENCE = `
  CASE WHEN bool_and(b.status IN ('failed', 'skipped') OR (b.status = 'pending' AND b.hold_reason IS DISTINCT FROM 'fallback'))
       THEN max(s.since + least(make_interval(secs => w.follow_after), (w.expires_at - s.since) / 2))
              FILTER (WHERE b.status = 'pending') END`;

/*
 * One that waits is reached when the person has seen the notification, or when one of those before it has arrived
 * (unless it asks for reading) or was needless itself. It goes when all of those before it have come to nothing, or
 * when its time after them has passed. Before that it is looked at again: each time it is half as old again, and at
 * the end each time half of what was left is over. It is overdue when those before it have been held for too long.
 */
const judging = (whose: string, held: string) => `
  WITH waiting AS MATERIALIZED (
    SELECT w.id, w.notification_id, w.channel, w.follows, w.follow_if, w.follow_after, w.expires_at, w.created_at
      FROM deliveries w WHERE ${WAITS} AND ${whose}),
  judged AS (
    SELECT w.id, p.patience <= now() AND ${held} AS overdue,
           CASE WHEN ${SEEN} OR p.needless OR (p.arrived AND w.follow_if <> 'unread') THEN 'reached'
                WHEN p.nothing OR now() >= p.began + make_interval(secs => w.follow_after) THEN 'go'
                ELSE 'wait' END AS verdict,
           least(CASE WHEN p.patience > now() THEN p.patience END,
                 coalesce(p.began + make_interval(secs => w.follow_after),
                          now() + greatest(make_interval(secs => ${AGAIN}),
                                           least(now() - w.created_at, w.expires_at - now()) / 2))) AS look_at
      FROM waiting w JOIN notifications n ON n.id = w.notification_id
     CROSS JOIN LATERAL (
       SELECT bool_or(b.status = 'delivered') AS arrived, bool_or(b.reason = 'reached') AS needless,
              bool_and(b.status IN ('failed', 'skipped')) AS nothing, max(b.sent_at) AS began,
              ${PATIENCE} AS patience, bool_or(b.hold_reason = 'breaker_open') AS refused
         FROM deliveries b CROSS JOIN LATERAL (SELECT ${SINCE} AS since) AS s
        WHERE b.notification_id = w.notification_id AND b.channel = w.follows) AS p)
  UPDATE deliveries d
     SET status = CASE j.verdict WHEN 'reached' THEN 'skipped' ELSE d.status END,
         reason = CASE j.verdict WHEN 'reached' THEN 'reached' END,
         fault = CASE j.verdict WHEN 'reached' THEN 'policy' END,
         hold_reason = CASE j.verdict WHEN 'wait' THEN d.hold_reason END,
         next_attempt_at = CASE j.verdict WHEN 'go' THEN now() ELSE d.next_attempt_at END,
         look_at = CASE j.verdict WHEN 'wait' THEN CASE WHEN j.overdue THEN now() ELSE j.look_at END END,
         updated_at = CASE j.verdict WHEN 'wait' THEN d.updated_at ELSE now() END
    FROM judged j WHERE d.id = j.id
  RETURNING ${CHANGED}, j.verdict, (j.verdict = 'wait' AND j.overdue) IS TRUE AS overdue`;

/* What was let go and then kept for another reason may be needless by now, by the same rule. */
const REACHED = `
  SELECT w.id FROM deliveries w JOIN notifications n ON n.id = w.notification_id
   WHERE w.id = ANY($1::uuid[])
     AND (${SEEN} OR EXISTS (
       SELECT FROM deliveries b WHERE b.notification_id = w.notification_id AND b.channel = w.follows
          AND (b.reason = 'reached' OR (b.status = 'delivered' AND w.follow_if <> 'unread'))))`;

/* Whoever comes later waits for the one who judges now, and then sees what has changed meanwhile. */
const OF_NOTIFICATIONS = judging(
  'w.notification_id = ANY($1::uuid[]) ORDER BY w.id FOR NO KEY UPDATE',
  'FALSE',
);

/* $1: the channels that are open just now. Nobody gives way to one that is held as well. */
const LOOK = judging(
  `w.look_at <= now() ORDER BY w.look_at LIMIT ${AT_ONCE} FOR NO KEY UPDATE SKIP LOCKED`,
  'w.channel = ANY($1::text[]) AND (p.refused OR w.follows <> ALL($1::text[]))',
);

/*
 * Those before an overdue one end here, and thereby let it go: at no moment may both go. Whoever has one of them in hand
 * comes first: then it is looked at again.
 */
const GIVE_WAY = `
  WITH held AS MATERIALIZED (
    SELECT d.id, w.channel AS instead FROM deliveries w
      JOIN deliveries d ON d.notification_id = w.notification_id AND d.channel = w.follows
     WHERE w.id = ANY($1::uuid[]) AND ${WAITS} AND (d.status = ${leaving('pending', 'skipped')}) IS TRUE
     ORDER BY d.id FOR NO KEY UPDATE OF d SKIP LOCKED)
  UPDATE deliveries d
     SET status = 'skipped', reason = 'gave_way', fault = 'policy', hold_reason = NULL, updated_at = now(),
         rules = d.rules || jsonb_build_object('rule', 'gave_way', 'outcome', 'skip', 'detail',
                   'Its channel was held for too long: ' || held.instead || ' goes in its place.')
    FROM held WHERE d.id = held.id
  RETURNING ${CHANGED}`;

/** Steps of a chain: they wait in the ledger until the one before them has failed, its time is over, or it is held for too long. */
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

  /**
   * Looks at those whose time for it has come. What they wait for, and has been held for too long, gives way to them.
   * @param open the channels whose deliveries may go
   */
  async look(open: readonly string[]): Promise<void> {
    const rows = rowsOf<Judged>(await this.database.query(LOOK, [open]));
    this.tell(rows);
    const overdue = rows.filter((row) => row.overdue).map(({ id }) => id);
    if (overdue.length === 0) return;
    announce(this.events, rowsOf<Changed>(await this.database.query(GIVE_WAY, [overdue])));
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

interface Judged extends Changed {
  readonly verdict: 'reached' | 'go' | 'wait';
  /** It waits for what has been held for too long. */
  readonly overdue: boolean;
}
