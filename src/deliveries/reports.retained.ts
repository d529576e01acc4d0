import { Injectable } from '@nestjs/common';
import { deletedFromTheFirst, isOver, oldest, Retained } from '../retention/retained.js';

const ORPHAN = 'delivery_id IS NULL';

/**
 * What providers said. The words of a report go with those of its delivery; what belongs to none, and so could be shown
 * to nobody, goes at the same time.
 */
@Injectable()
export class RetainedReports extends Retained {
  protected override readonly statements = {
    content: {
      due: `SELECT count(*)::int AS provider_events FROM provider_events
             WHERE ${ORPHAN} AND ${isOver('received_at')}`,
      take: `
        ${oldest('provider_events', 'received_at', ORPHAN)},
        taken AS (DELETE FROM provider_events WHERE id = ANY(ARRAY(SELECT id FROM due)) RETURNING id)
        SELECT count(*)::int AS provider_events FROM taken`,
    },
    metadata: deletedFromTheFirst('provider_events', 'received_at'),
  };
}
