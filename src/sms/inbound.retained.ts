import { Injectable } from '@nestjs/common';
import { erasedAndDeleted, Retained } from '../retention/retained.js';

/** What people texted: that there was one, and which keyword it was, outlives its words and its number. */
@Injectable()
export class RetainedTexts extends Retained {
  protected override readonly statements = erasedAndDeleted(
    'inbound_messages',
    'received_at',
    'body = NULL, from_address = NULL',
  );
}
