import { Injectable } from '@nestjs/common';
import { TokensService } from '../auth/tokens.service.js';
import type { CategoryTerms, ChannelTerms, ClosedReason } from '../preferences/catalogue.js';
import type { Vocabulary } from '../preferences/changes.js';
import { type Choices, NO_CHOICES } from '../preferences/choices.js';
import type { Cell } from '../preferences/flat-names.js';
import type { Origin } from '../preferences/preferences.ledger.js';
import { PreferencesService } from '../preferences/preferences.service.js';
import { PreferencesSettings } from '../preferences/preferences.settings.js';
import { cellsOf, holds } from '../preferences/preferences.view.js';
import { type LinkedCell, UnsubscribeLinks } from '../preferences/unsubscribe.links.js';
import { UsersService } from '../users/users.service.js';

/** How much a person leaves at once: the link's own kind, all like it on its channel, or all like it anywhere. */
export type Scope = 'kind' | 'channel' | 'everything';
export const scopeOf = (text: unknown): Scope =>
  text === 'channel' || text === 'everything' ? text : 'kind';

const UNDO = 'undo';
/** Seconds in which a step can be taken back. */
const UNDO_TIME = 86_400;

/** What a link leads to, and whose it is. */
export interface LinkTarget {
  readonly cell: LinkedCell;
  /** The person's language (BCP 47). */
  readonly locale: string;
  readonly category: CategoryTerms;
  readonly channel: ChannelTerms;
  readonly words: Vocabulary;
  /** Who writes. */
  readonly brand: string;
  /** Why nothing may be sent to the person by the channel, if so. */
  readonly closed: ClosedReason | undefined;
}

/** Ends what a link is for, and all of its like where the person asks for that; and takes back what it has done. */
@Injectable()
export class UnsubscribeService {
  constructor(
    private readonly links: UnsubscribeLinks,
    private readonly tokens: TokensService,
    private readonly users: UsersService,
    private readonly preferences: PreferencesService,
    private readonly settings: PreferencesSettings,
  ) {}

  /** Undefined when the link is not one of ours, or what it was for is gone. */
  async open(token: string): Promise<LinkTarget | undefined> {
    const cell = this.links.open(token);
    const person = cell && (await this.users.find(cell.userId));
    if (!person) return undefined;
    const words = await this.preferences.vocabulary();
    const channel = words.channels.find(({ name }) => name === cell.channel);
    const category = words.categories.find(({ name }) => name === cell.category);
    if (!channel || !category || channel.consent === 'always') return undefined;
    const closed = (await this.preferences.closedFor(person)).get(channel.name);
    return { cell, locale: person.locale, category, channel, words, brand: this.settings.brand, closed };
  }

  /** Whether the messages of the link come at present. */
  async isWanted({ cell, words }: LinkTarget): Promise<boolean> {
    return holds(words, await this.choicesOf(cell.userId), cell);
  }

  /**
   * Doing it again changes nothing, so mail programs may repeat themselves.
   * @returns what takes back this very step, for a day; empty where nothing was on
   */
  async leave(target: LinkTarget, scope: Scope, origin: Origin): Promise<string> {
    const { cell, words } = target;
    const choices = await this.choicesOf(cell.userId);
    const left = within(target, scope).filter((one) => holds(words, choices, one));
    await this.preferences.choose(
      cell.userId,
      [cell, ...left].map(({ category, channel }) => ({ category, channel, wanted: false, origin })),
    );
    return left.length === 0 ? '' : this.undoOf(cell, left);
  }

  /** The cells that a step of this link turned off; undefined when it is none of its steps, or too long ago. */
  endedBy(undo: string, { cell }: LinkTarget): readonly Cell[] | undefined {
    const payload = this.tokens.open(UNDO, undo) as
      [string, string, string, number, [string, string][]] | undefined;
    if (!payload) return undefined;
    const [userId, category, channel, expires, cells] = payload;
    if (userId !== cell.userId || !same({ category, channel }, cell) || expires * 1000 < Date.now())
      return undefined;
    return cells.map(([ofCategory, ofChannel]) => ({ category: ofCategory, channel: ofChannel }));
  }

  /** What the link may bring back without an undo: its own kind, where such a link has ended it and nobody else. */
  async ended(target: LinkTarget): Promise<readonly Cell[] | undefined> {
    const { userId, category, channel } = target.cell;
    if (await this.isWanted(target)) return [];
    const refused = await this.preferences.refusedBy('link', userId, channel);
    return refused.includes(category) ? [target.cell] : undefined;
  }

  /** Turns on what was ended. */
  async comeBack({ cell, words }: LinkTarget, ended: readonly Cell[], origin: Origin): Promise<void> {
    const cells = cellsOf(words).filter((one) => ended.some((other) => same(one, other)));
    await this.preferences.choose(
      cell.userId,
      cells.map(({ category, channel }) => ({ category, channel, wanted: true, origin })),
    );
  }

  private undoOf({ userId, category, channel }: LinkedCell, left: readonly Cell[]): string {
    const cells = left.map((one) => [one.category, one.channel]);
    const expires = Math.floor(Date.now() / 1000) + UNDO_TIME;
    return this.tokens.sign(UNDO, [userId, category, channel, expires, cells]);
  }

  private async choicesOf(userId: string): Promise<Choices> {
    return (await this.preferences.choicesOf([userId])).get(userId) ?? NO_CHOICES;
  }
}

const same = (a: Cell, b: Cell) => a.category === b.category && a.channel === b.channel;

/** The cells that a scope ends: those of optional categories, and the link's own in any case. */
function within({ cell, words }: LinkTarget, scope: Scope): Cell[] {
  if (scope === 'kind') return [cell];
  const optional = words.categories.filter((category) => category.optional).map(({ name }) => name);
  return cellsOf(words).filter(
    (one) =>
      same(one, cell) ||
      (optional.includes(one.category) && (scope === 'everything' || one.channel === cell.channel)),
  );
}
