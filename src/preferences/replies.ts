import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { PreferenceCatalogue } from './catalogue.js';
import type { Change } from './choices.js';
import { NO_CHOICES } from './choices.js';
import { needsYes } from './consent.js';
import { PreferencesLedger } from './preferences.ledger.js';

/** What a reply is kept with: where it can be read. */
type Detail = Readonly<Record<string, unknown>>;

/** What people say of a whole channel by replying to a message: stop, and start again. */
@Injectable()
export class Replies {
  constructor(
    private readonly ledger: PreferencesLedger,
    private readonly catalogue: PreferenceCatalogue,
  ) {}

  /** To be awaited before the transaction of a stop, which must not wait for a second connection. */
  async ready(): Promise<void> {
    await this.catalogue.categories();
  }

  /** A no to all that the person gets through the channel at present. */
  async stop(tx: EntityManager, userId: string, channelName: string, detail: Detail): Promise<void> {
    const channel = this.catalogue.channels().find(({ name }) => name === channelName);
    if (!channel) return;
    const categories = await this.catalogue.categories();
    const choices = (await this.ledger.choicesOf([userId], tx)).get(userId) ?? NO_CHOICES;
    const wanted = categories.filter(
      (category) => choices[category.name]?.[channelName] ?? !needsYes(channel, category),
    );
    const changes = wanted.map(({ name }) => ({ category: name, channel: channelName, wanted: false }));
    await this.ledger.record(tx, userId, changes, { source: 'reply', detail });
  }

  /** The yeses that a stop has taken, and no others: what the person has decided since or before stays. */
  async start(tx: EntityManager, userId: string, channel: string, detail: Detail): Promise<void> {
    const categories = await this.ledger.refusedBy('reply', userId, channel, tx);
    const changes: Change[] = categories.map((category) => ({ category, channel, wanted: true }));
    await this.ledger.record(tx, userId, changes, { source: 'reply', detail });
  }
}
