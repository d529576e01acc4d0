import { Injectable } from '@nestjs/common';
import { erasedAndDeleted, Retained } from '../retention/retained.js';

/** What was told to many: the context goes, and who they were, as far as their notifications do not say it. */
@Injectable()
export class RetainedBulkSends extends Retained {
  protected override readonly statements = erasedAndDeleted(
    'bulk_sends',
    'finished_at',
    `context = '{}', user_ids = '[]'`,
  );
}
