import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { PersonalDataSource } from '../users/personal-data.js';
import type { User } from '../users/user.entity.js';
import { PreferencesLedger } from './preferences.ledger.js';

/** What a person chose, and the history of it. */
@Injectable()
export class PreferencesExport extends PersonalDataSource {
  override readonly name = 'preferences';

  constructor(private readonly ledger: PreferencesLedger) {
    super();
  }

  override async of({ id }: User): Promise<unknown> {
    const [choices, history] = await Promise.all([this.ledger.choices(id), this.ledger.history(id)]);
    return {
      choices: choices.map(({ category, channel, wanted, updatedAt }) => ({
        category,
        channel,
        wanted,
        updated_at: updatedAt,
      })),
      history: history.map(
        ({ category, channel, wanted, source, wording, ip, detail, givenAt, createdAt }) => ({
          category,
          channel,
          wanted,
          source,
          wording,
          ip,
          detail,
          given_at: givenAt,
          created_at: createdAt,
        }),
      ),
    };
  }

  override forget(tx: EntityManager, { id }: User): Promise<void> {
    return this.ledger.anonymize(tx, id);
  }
}
