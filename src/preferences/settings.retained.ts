import { Injectable } from '@nestjs/common';
import { deletedFromTheFirst, Retained } from '../retention/retained.js';

/** The history of settings. That of consent is proof, and stays. */
@Injectable()
export class RetainedSettings extends Retained {
  protected override readonly statements = {
    metadata: deletedFromTheFirst('setting_events', 'created_at'),
  };
}
