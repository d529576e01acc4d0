import { Injectable } from '@nestjs/common';
import { PersonalDataSource } from '../users/personal-data.js';
import type { User } from '../users/user.entity.js';
import { PushSubscriptions } from './push.subscriptions.js';

/** A person's browsers, for their export. They go with the person. */
@Injectable()
export class PushExport extends PersonalDataSource {
  override readonly name = 'push_subscriptions';

  constructor(private readonly subscriptions: PushSubscriptions) {
    super();
  }

  override async of({ id }: User): Promise<unknown> {
    return (await this.subscriptions.list(id)).map((row) => this.subscriptions.viewOf(row));
  }
}
