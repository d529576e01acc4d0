import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Reads } from '../database/pipeline.js';
import { Batch } from '../deliveries/batch.js';
import { type Choices, NO_CHOICES } from '../preferences/choices.js';
import { PreferencesService } from '../preferences/preferences.service.js';
import type { User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import { Composer, type Draft } from './composer.js';
import { type Inserted, NotificationWriter } from './notification.writer.js';

/** A person, and what decides how they are told. */
export interface Known {
  readonly person: User;
  readonly choices: Choices;
  readonly suppressed: ReadonlyMap<string, string>;
}

/**
 * Group commit for sends that need nothing of their own in their transaction: what many of them ask is asked
 * together, and what many of them write is one commit. Alone, a send leaves at once.
 */
@Injectable()
export class SharedSends {
  private readonly lookUps = new Batch<string, Known | undefined>((ids) => this.lookUp(ids), { parallel: 2 });
  private readonly writes = new Batch<Draft, Inserted>((drafts) => this.write(drafts), {
    size: 100,
    parallel: 2,
  });

  constructor(
    private readonly database: DataSource,
    private readonly reads: Reads,
    private readonly users: UsersService,
    private readonly preferences: PreferencesService,
    private readonly composer: Composer,
    private readonly writer: NotificationWriter,
  ) {}

  /** Undefined when nobody has the id. */
  find(userId: string): Promise<Known | undefined> {
    return this.lookUps.add(userId);
  }

  insert(draft: Draft): Promise<Inserted> {
    return this.writes.add(draft);
  }

  private async lookUp(userIds: readonly string[]): Promise<(Known | undefined)[]> {
    const ids = [...new Set(userIds)];
    const [people, choices] = await Promise.all([
      this.users.findMany(ids, this.reads),
      this.preferences.choicesOf(ids, this.reads),
    ]);
    const suppressed = await this.composer.suppressedOf(people, this.reads);
    const known = new Map(
      people.map((person) => [
        person.id,
        { person, choices: choices.get(person.id) ?? NO_CHOICES, suppressed },
      ]),
    );
    return userIds.map((id) => known.get(id));
  }

  private async write(drafts: readonly Draft[]): Promise<Inserted[]> {
    const written = await this.writer.write(this.database, drafts);
    return written.map(({ inserted }) => inserted);
  }
}
