import { Processor } from '@nestjs/bull';
import { Module, type Type } from '@nestjs/common';
import {
  type ChannelMode,
  type Message,
  type ProviderWords,
  QueuedChannel,
  type Receipt,
  type Recipient,
  type SentMessage,
} from '../../src/channels/channel.js';
import { ChannelsModule } from '../../src/channels/channels.module.js';
import type { TestApp } from './app.js';
import { type Accepted, ORDER } from './requests.js';

/** What the loft does with a message; each test sets its own. */
export interface Loft {
  send: (message: Message<'note'>) => Promise<Receipt>;
  find?: (message: Message<'note'>) => Promise<Receipt | null | 'untold'>;
  lookUp?: (messages: readonly SentMessage[]) => Promise<ProviderWords>;
  /** Who else carries pigeons, after the loft. */
  others?: readonly string[];
  /** Who carries to this roof; as a rule all. */
  carriers?: (to: string) => readonly string[];
}

export const carried = ({ deliveryId, attempt, provider }: Message): Receipt => ({
  provider,
  providerId: `${deliveryId}-${attempt}`,
  status: 'delivered',
});

/** A channel whose provider is in the test's own hands. */
export function pigeons(loft: Loft): Type & { readonly queues: readonly string[] } {
  @Processor('pigeon')
  class PigeonChannel extends QueuedChannel<'note'> {
    override readonly name = 'pigeon';
    override readonly consent = 'opt-out';
    override readonly parts = ['note'] as const;

    override mode(): ChannelMode {
      return { mode: 'live', label: 'Pigeon', detail: 'one loft' };
    }

    override get provider(): string {
      return 'loft';
    }

    override get providers(): readonly string[] {
      return [this.provider, ...(loft.others ?? [])];
    }

    override providersFor(to: string): readonly string[] {
      return loft.carriers?.(to) ?? this.providers;
    }

    override addressesOf({ id }: Recipient): string[] {
      return [`roof of ${id}`];
    }

    override send(message: Message<'note'>): Promise<Receipt> {
      return loft.send(message);
    }

    override patienceWith(): number {
      return 0;
    }

    override lookUp(messages: readonly SentMessage[]): Promise<ProviderWords> {
      return loft.lookUp?.(messages) ?? Promise.resolve(new Map());
    }

    override find(message: Message<'note'>): Promise<Receipt | null | 'untold'> {
      return loft.find?.(message) ?? Promise.resolve(null);
    }
  }

  @Module({ imports: [ChannelsModule], providers: [PigeonChannel] })
  class PigeonModule {
    static readonly queues = ['pigeon'];
  }
  return PigeonModule;
}

/** Gives the type `order_ready` words for pigeons. */
export async function teach(service: TestApp): Promise<void> {
  const path = '/api/notifications/templates';
  const { body } = await service.call<{ results: { channels: object }[] }>('GET', `${path}?type=order_ready`);
  const channels = { ...body.results[0]?.channels, pigeon: { note: 'Coo, {{ user.first_name }}.' } };
  const { status } = await service.call('PATCH', `${path}/order_ready`, { body: { channels } });
  if (status !== 200) throw new Error(`The words were refused: ${status}.`);
}

/** Sends a pigeon, and nothing else besides the inbox. */
export const flyTo = (service: TestApp, id: string, more: Record<string, unknown> = {}) =>
  service.call<Accepted>('POST', '/api/notifications', {
    body: {
      type: 'order_ready',
      user: { id, first_name: 'Asha' },
      context: ORDER,
      channels: ['pigeon'],
      ...more,
    },
  });
