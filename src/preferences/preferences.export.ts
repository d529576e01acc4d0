import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { PersonalDataSource } from '../users/personal-data.js';
import type { User } from '../users/user.entity.js';
import { PreferencesLedger } from './preferences.ledger.js';
import { SettingsHistory } from './settings.history.js';

/** What a person chose, and the history of it. */
@Injectable()
export class PreferencesExport extends PersonalDataSource {
  override readonly name = 'preferences';

  constructor(
    private readonly ledger: PreferencesLedger,
    private readonly settings: SettingsHistory,
  ) {
    super();
  }

  override async of({ id }: User): Promise<unknown> {
    const [choices, history, settings] = await Promise.all([
      this.ledger.choices(id),
      this.ledger.history(id),
      this.settings.of(id),
    ]);
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
      settings_history: settings.map(({ setting, value, source, ip, detail, createdAt }) => ({
        setting,
        value,
        source,
        ip,
        detail,
        created_at: createdAt,
      })),
    };
  }

  override async forget(tx: EntityManager, { id }: User): Promise<void> {
    await this.ledger.anonymize(tx, id);
    await this.settings.forget(tx, id);
  }
}
