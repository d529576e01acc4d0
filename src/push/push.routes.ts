import { Injectable } from '@nestjs/common';
import { PushService } from './push.service.js';
import { PushSubscriptions } from './push.subscriptions.js';

/** So many browsers are remembered. */
const REMEMBERED = 10_000;

/** By which push service a browser is reached. An endpoint stays with its id for good, so it is looked up once. */
@Injectable()
export class PushRoutes {
  private readonly known = new Map<string, readonly string[]>();

  constructor(
    private readonly push: PushService,
    private readonly subscriptions: PushSubscriptions,
  ) {}

  /** By any of them, where that is not known: whoever sends finds out what is wrong with the subscription. */
  async to(id: string): Promise<readonly string[]> {
    return this.known.get(id) ?? (await this.lookUp(id)) ?? this.push.services;
  }

  private async lookUp(id: string): Promise<readonly string[] | undefined> {
    const found = await this.subscriptions.find(id).catch(() => undefined);
    const service = found && this.push.serviceOf(found.endpoint);
    if (service === undefined) return undefined;
    if (this.known.size >= REMEMBERED) this.known.clear();
    this.known.set(id, [service]);
    return [service];
  }
}
