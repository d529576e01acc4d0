import { Injectable, Logger } from '@nestjs/common';
import { Backlog } from '../deliveries/backlog.js';
import { notFound, unprocessable } from '../http/domain.error.js';
import { Breakers } from './breakers.js';
import type { Channel } from './channel.js';
import { ChannelRegistry } from './channel.registry.js';
import { breakerView, type ChannelView, channelView } from './channel.state.view.js';
import { Pauses } from './pauses.js';
import { Sweeper } from './sweeper.js';

/** How the channels are, and an operator's hand on them; for all instances within a second. */
@Injectable()
export class ChannelControl {
  private readonly logger = new Logger('Channels');

  constructor(
    private readonly channels: ChannelRegistry,
    private readonly pauses: Pauses,
    private readonly breakers: Breakers,
    private readonly backlog: Backlog,
    private readonly sweeper: Sweeper,
  ) {}

  async list(): Promise<ChannelView[]> {
    const [counts] = await Promise.all([
      this.backlog.counts(),
      this.pauses.refresh(),
      this.breakers.refresh(),
    ]);
    return this.channels.all().map((channel) => {
      const { name, providers } = channel;
      const backlog = counts.find((one) => one.channel === name);
      const breakers = providers.map((provider) => breakerView(provider, this.breakers.of(provider)));
      return channelView(channel, this.pauses.of(name), breakers, backlog);
    });
  }

  /** Nothing goes through the channel any more; what is accepted for it waits. Twice is as good as once. */
  async pause(name: string, by: string, reason: string | null): Promise<ChannelView> {
    const channel = this.find(name);
    if (channel.atCommit) throw cannotPause(channel);
    if (await this.pauses.pause(name, by, reason)) this.logger.warn(`${name} is paused by ${by}.`);
    await this.pauses.refresh();
    await this.backlog.holdAll(name, 'channel_paused');
    return this.view(name);
  }

  /** What waits goes on at once, also where the breakers of its providers kept it. */
  async resume(name: string, by: string): Promise<ChannelView> {
    const { providers } = this.find(name);
    if (await this.pauses.resume(name)) this.logger.warn(`${name} is resumed by ${by}.`);
    for (const provider of providers) await this.breakers.close(provider, `${by} says so`);
    await this.sweeper.sweep();
    return this.view(name);
  }

  private async view(name: string): Promise<ChannelView> {
    const view = (await this.list()).find((one) => one.name === name);
    if (!view) throw this.unknown(name);
    return view;
  }

  private find(name: string): Channel {
    const channel = this.channels.find(name);
    if (!channel) throw this.unknown(name);
    return channel;
  }

  private unknown(name: string) {
    const names = this.channels.all().map((channel) => channel.name);
    return notFound('channel.not-found', `There is no channel "${name}". There are ${names.join(', ')}.`);
  }
}

const cannotPause = ({ name }: Channel) =>
  unprocessable(
    'channel.cannot-pause',
    `${name} is delivered by the commit that accepts a notification, and cannot wait: pause another channel.`,
  );
