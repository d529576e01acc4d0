import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { UsersService } from '../users/users.service.js';
import { type CategoryTerms, type ChannelTerms, PreferenceCatalogue } from './catalogue.js';
import { NO_CHOICES } from './choices.js';
import { needsYes } from './consent.js';
import { PreferencesLedger } from './preferences.ledger.js';
import { type LinkedCell, UnsubscribeLinks } from './unsubscribe.links.js';

/** What a link leads to: a cell, its words for people, and whether the messages come at present. */
export interface LinkTarget {
  readonly category: string;
  readonly channel: string;
  readonly wanted: boolean;
}

interface Found {
  readonly cell: LinkedCell;
  readonly channel: ChannelTerms;
  readonly category: CategoryTerms;
}

/** Reads and changes the one choice that a link is for. */
@Injectable()
export class UnsubscribeService {
  constructor(
    private readonly database: DataSource,
    private readonly links: UnsubscribeLinks,
    private readonly users: UsersService,
    private readonly catalogue: PreferenceCatalogue,
    private readonly ledger: PreferencesLedger,
  ) {}

  /** Undefined when the link is not one of ours, or what it was for is gone. */
  async look(token: string): Promise<LinkTarget | undefined> {
    const found = await this.find(token);
    if (!found) return undefined;
    const { cell, channel, category } = found;
    const choices = (await this.ledger.choicesOf([cell.userId])).get(cell.userId) ?? NO_CHOICES;
    const wanted = choices[cell.category]?.[cell.channel] ?? !needsYes(channel, category);
    return targetOf(found, wanted);
  }

  /** Doing it again changes nothing, so mail programs may repeat themselves. */
  async set(
    token: string,
    wanted: boolean,
    detail: Record<string, unknown>,
  ): Promise<LinkTarget | undefined> {
    const found = await this.find(token);
    if (!found) return undefined;
    const { userId, category, channel } = found.cell;
    await this.database.transaction((tx) =>
      this.ledger.record(tx, userId, [{ category, channel, wanted }], { source: 'link', detail }),
    );
    return targetOf(found, wanted);
  }

  private async find(token: string): Promise<Found | undefined> {
    const cell = this.links.open(token);
    if (!cell || !(await this.users.find(cell.userId))) return undefined;
    const channel = this.catalogue.channels().find(({ name }) => name === cell.channel);
    const category = (await this.catalogue.categories()).find(({ name }) => name === cell.category);
    return channel && category && channel.consent !== 'always' ? { cell, channel, category } : undefined;
  }
}

const targetOf = ({ category, channel }: Found, wanted: boolean): LinkTarget => ({
  category: category.display,
  channel: channel.mode?.().label ?? channel.name,
  wanted,
});
