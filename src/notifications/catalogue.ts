import { Injectable } from '@nestjs/common';
import { ChannelRegistry } from '../channels/channel.registry.js';
import { SuppressionsService, wayKey } from '../channels/suppressions.service.js';
import {
  type CategoryTerms,
  type ChannelTerms,
  type ClosedReason,
  PreferenceCatalogue,
} from '../preferences/catalogue.js';
import { TemplatesService } from '../templates/templates.service.js';
import type { User } from '../users/user.entity.js';

/** What people can choose among: the channels of this process and the categories of the templates. */
@Injectable()
export class Catalogue extends PreferenceCatalogue {
  constructor(
    private readonly registry: ChannelRegistry,
    private readonly templates: TemplatesService,
    private readonly suppressions: SuppressionsService,
  ) {
    super();
  }

  override channels(): readonly ChannelTerms[] {
    return this.registry.all();
  }

  override categories(): Promise<readonly CategoryTerms[]> {
    return this.templates.categories();
  }

  override locales(): Promise<readonly string[]> {
    return this.templates.locales();
  }

  /** A channel with several addresses is closed when all of them are. */
  override async closedFor(person: User): Promise<ReadonlyMap<string, ClosedReason>> {
    const ways = this.registry
      .all()
      .filter(({ consent }) => consent !== 'always')
      .map((channel) => channel.addressesOf(person).map((address) => ({ channel: channel.name, address })));
    const reasons = await this.suppressions.of(ways.flat());
    return new Map(
      ways.flatMap((ofChannel) => {
        const [reason, ...others] = ofChannel.map((way) => reasons.get(wayKey(way)));
        const channel = ofChannel[0]?.channel;
        if (channel === undefined || reason === undefined || others.includes(undefined)) return [];
        return [[channel, reason] as const];
      }),
    );
  }
}
