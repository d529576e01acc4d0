import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
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
  private readonly lookUps = new Batch<string, Known | undefined>((ids) => this.lookUp(ids), 200, 3);
  private readonly writes = new Batch<Draft, Inserted>((drafts) => this.write(drafts), 100, 3);

  constructor(
    private readonly database: DataSource,
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
    const [people, choices] = await Promise.all([this.users.findMany(ids), this.preferences.choicesOf(ids)]);
    const suppressed = await this.composer.suppressedOf(people);
    const known = new Map(
      people.map((person) => [
        person.id,
        { person, choices: choices.get(person.id) ?? NO_CHOICES, suppressed },
      ]),
    );
    return userIds.map((id) => known.get(id));
  }

  private async write(drafts: readonly Draft[]): Promise<Inserted[]> {
    const written = new Map<Draft, Inserted>();
    for (const round of onceEach(drafts)) {
      const rows = await this.database.transaction((tx) => this.writer.write(tx, round));
      for (const { draft, inserted } of rows) written.set(draft, inserted);
    }
    return drafts.map((draft) => written.get(draft) as Inserted);
  }
}

/**
 * Rounds in which nobody is told twice: a person's place in the inbox is raised once in a statement. Each round is a
 * transaction of its own, so that two processes never wait for each other's people in a circle.
 */
function onceEach(drafts: readonly Draft[]): Draft[][] {
  const rounds: Map<string, Draft>[] = [];
  for (const draft of drafts) {
    const { userId } = draft.notification;
    const round = rounds.find((people) => !people.has(userId));
    if (round) round.set(userId, draft);
    else rounds.push(new Map([[userId, draft]]));
  }
  return rounds.map((people) => [...people.values()]);
}
