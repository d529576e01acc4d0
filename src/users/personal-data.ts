import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { EntityManager } from 'typeorm';
import type { User } from './user.entity.js';

/** What another folder keeps about a person. To be a provider of any module is enough to be asked. */
export abstract class PersonalDataSource {
  /** The name of its part in an export: `notifications`. */
  abstract readonly name: string;

  /** Everything that is kept about the person, as JSON. */
  abstract of(user: User): Promise<unknown>;

  /** What must be done before the person's row goes, beyond what the database deletes with it. */
  forget(_tx: EntityManager, _user: User): Promise<void> {
    return Promise.resolve();
  }
}

/** All sources that the application's modules provide. */
@Injectable()
export class PersonalData {
  private found: readonly PersonalDataSource[] | undefined;

  constructor(private readonly discovery: DiscoveryService) {}

  async exportOf(user: User): Promise<Record<string, unknown>> {
    const parts = await Promise.all(
      this.sources().map(async (source) => [source.name, await source.of(user)] as const),
    );
    return Object.fromEntries(parts);
  }

  async forget(tx: EntityManager, user: User): Promise<void> {
    for (const source of this.sources()) await source.forget(tx, user);
  }

  private sources(): readonly PersonalDataSource[] {
    this.found ??= this.discovery
      .getProviders()
      .map(({ instance }): unknown => instance)
      .filter((instance) => instance instanceof PersonalDataSource)
      .sort((a, b) => a.name.localeCompare(b.name));
    return this.found;
  }
}
