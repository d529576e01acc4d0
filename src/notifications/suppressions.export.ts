import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ChannelRegistry } from '../channels/channel.registry.js';
import { SuppressionControl } from '../channels/suppression.control.js';
import { SuppressionsService, type Way } from '../channels/suppressions.service.js';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import { PersonalDataSource } from '../users/personal-data.js';
import type { User } from '../users/user.entity.js';

/** Which of the person's addresses were closed and opened, for their export; erasure makes them unreadable. */
@Injectable()
export class SuppressionsExport extends PersonalDataSource {
  override readonly name = 'suppressions';

  constructor(
    private readonly channels: ChannelRegistry,
    private readonly control: SuppressionControl,
    private readonly suppressions: SuppressionsService,
    private readonly deliveries: DeliveriesService,
  ) {
    super();
  }

  override async of(user: User): Promise<unknown> {
    const histories = await Promise.all(this.waysOf(user).map((way) => this.control.historyOf(way)));
    return histories.flat();
  }

  /** Those of today, and those that they were reached at before. */
  override async forget(tx: EntityManager, user: User): Promise<void> {
    const ways = [...this.waysOf(user), ...(await this.deliveries.waysTo(user.id, tx))];
    for (const way of ways) await this.suppressions.forget(way, tx);
  }

  /** Also by addresses that may not be used at present. */
  private waysOf({ email, phone }: User): Way[] {
    const given = [email, phone].filter((address) => address !== null);
    const channels = this.channels.all().filter(({ consent }) => consent !== 'always');
    return channels.flatMap((channel) =>
      given.flatMap((text) => {
        const address = channel.normalize(text);
        return address === null ? [] : [{ channel: channel.name, address }];
      }),
    );
  }
}
