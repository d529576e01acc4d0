import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { wasEverClosed } from '../channels/suppressions.service.js';
import { allAtRest, DELETING, erasingOf } from '../deliveries/erasing.js';
import { type Counts, isOver, oldest, type Queryable, Retained, type Term } from '../retention/retained.js';
import { InboxChanged } from './inbox-changed.event.js';

/** From when on it was there to be read, at the latest; as the indexes have it. */
const SINCE = 'greatest(n.created_at, n.send_at, n.returned_at)';
/** What was put off is still to come back; what waits or is under way still needs its words. */
const MAY_LOSE_WORDS = `n.snoozed_until IS NULL AND ${allAtRest('n.id')}`;

const due = (condition: string) => `
  WITH due AS MATERIALIZED (SELECT n.id FROM notifications n WHERE ${condition} AND ${isOver(SINCE)})
  SELECT count(*)::int AS notifications,
         (SELECT count(*)::int FROM deliveries d JOIN due ON due.id = d.notification_id) AS deliveries FROM due`;

/* `left` are those that somebody may have on their screen. */
const ERASE = `
  ${oldest('notifications n', SINCE, `n.erased_at IS NULL AND ${MAY_LOSE_WORDS}`)},
  ${erasingOf(wasEverClosed('d'))},
  erased AS (
    UPDATE notifications n
       SET title = NULL, message = NULL, action_url = NULL, metadata = '{}', erased_at = now(), updated_at = now()
     WHERE n.id = ANY(ARRAY(SELECT id FROM whole))
    RETURNING n.id, n.user_id, n.seq IS NOT NULL AND n.deleted_at IS NULL AS shown)
  SELECT (SELECT count(*)::int FROM erased) AS notifications, (SELECT count(*)::int FROM wordless) AS deliveries,
         (SELECT json_agg(json_build_object('id', id, 'userId', user_id)) FROM erased WHERE shown) AS left`;

/* Only what has lost its words is deleted: nothing can move it any more. */
const DELETE = `
  ${oldest('notifications n', SINCE, 'n.erased_at IS NOT NULL')},
  ${DELETING},
  deleted AS (DELETE FROM notifications n WHERE n.id = ANY(ARRAY(SELECT id FROM due)) RETURNING n.id)
  SELECT (SELECT count(*)::int FROM deleted) AS notifications, (SELECT count(*)::int FROM gone) AS deliveries`;

interface Left {
  readonly id: string;
  readonly userId: string;
}

/** What people were told. A notification and its deliveries lose their words together, and go together. */
@Injectable()
export class RetainedNotifications extends Retained {
  protected override readonly statements = {
    content: { due: due(`n.erased_at IS NULL AND ${MAY_LOSE_WORDS}`), take: ERASE },
    metadata: { due: due(`(n.erased_at IS NOT NULL OR ${MAY_LOSE_WORDS})`), take: DELETE },
  };

  constructor(private readonly events: EventEmitter2) {
    super();
  }

  /** Without words it leaves the inbox: every window hears it, and counts again. */
  override async take(term: Term, on: Queryable, days: number): Promise<Counts> {
    const { left, ...counts } = (await super.take(term, on, days)) as Counts & { left?: Left[] | null };
    for (const { id, userId } of left ?? []) {
      this.events.emit(InboxChanged.name, new InboxChanged(userId, 'deleted', id));
    }
    return counts;
  }
}
