import { Injectable } from '@nestjs/common';
import { BATCH, isOver, Retained } from '../retention/retained.js';

/**
 * Failures that count against an address. They go with the words: when something last arrived there is known no longer
 * than that either.
 */
@Injectable()
export class RetainedStrikes extends Retained {
  protected override readonly statements = {
    content: {
      due: `SELECT count(*)::int AS address_strikes FROM address_strikes WHERE ${isOver('created_at')}`,
      take: `
        WITH due AS MATERIALIZED (
          SELECT ctid FROM address_strikes WHERE ${isOver('created_at')}
           ORDER BY created_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED),
        taken AS (DELETE FROM address_strikes WHERE ctid = ANY(ARRAY(SELECT ctid FROM due)) RETURNING code)
        SELECT count(*)::int AS address_strikes FROM taken`,
    },
  };
}
