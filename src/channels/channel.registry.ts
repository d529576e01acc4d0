import { Injectable } from '@nestjs/common';
import type { Channel } from './channel.js';

/** The channels of this process, by name. Each one enters itself when its module starts. */
@Injectable()
export class ChannelRegistry {
  private readonly channels = new Map<string, Channel>();

  add(channel: Channel): void {
    if (this.channels.has(channel.name)) throw new Error(`Two channels are named "${channel.name}".`);
    this.channels.set(channel.name, channel);
  }

  find(name: string): Channel | undefined {
    return this.channels.get(name);
  }

  names(): string[] {
    return [...this.channels.keys()];
  }

  all(): Channel[] {
    return [...this.channels.values()];
  }
}
