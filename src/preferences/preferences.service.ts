import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type FieldError, unprocessable } from '../http/domain.error.js';
import { isObject, read } from '../http/validation.js';
import { summaryOf } from '../http/validation.pipe.js';
import type { UserFields } from '../users/user.dto.js';
import type { User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import { type ClosedReason, type Device, PreferenceCatalogue } from './catalogue.js';
import { readChanges, type Vocabulary } from './changes.js';
import { type Change, type Choices, NO_CHOICES } from './choices.js';
import type { ConsentSource } from './consent-event.entity.js';
import { type Cell, FlatNames } from './flat-names.js';
import { languageAsked } from './language.js';
import {
  PERSONAL_FIELDS,
  PreferenceFields,
  type PreferencesView,
  READ_ONLY_FIELDS,
} from './preferences.dto.js';
import { type Origin, PreferencesLedger, type Queryable } from './preferences.ledger.js';
import { PreferencesSettings } from './preferences.settings.js';
import { cellsOf, holds, viewOf } from './preferences.view.js';
import { SettingsHistory } from './settings.history.js';

/** A change with an origin of its own: the words that a person saw differ from cell to cell. */
export interface Choice extends Change {
  readonly origin: Origin;
}

export interface DevicesOfChannel {
  readonly channel: string;
  readonly devices: readonly Device[];
}

/** What people want to be told of, and through which channels. */
@Injectable()
export class PreferencesService {
  constructor(
    private readonly database: DataSource,
    private readonly ledger: PreferencesLedger,
    private readonly users: UsersService,
    private readonly catalogue: PreferenceCatalogue,
    private readonly history: SettingsHistory,
    private readonly settings: PreferencesSettings,
  ) {}

  /** Of many people at once, in one query; who never chose anything is not in the answer. */
  choicesOf(userIds: readonly string[], from?: Queryable): Promise<Map<string, Choices>> {
    return this.ledger.choicesOf(userIds, from);
  }

  /** Stores what changed with its history, in the caller's transaction. The person must be there already. */
  record(tx: EntityManager, userId: string, changes: readonly Change[], origin: Origin): Promise<void> {
    return this.ledger.record(tx, userId, changes, origin);
  }

  /** Stores choices of different origins, all or none. In one order for everybody, so that two never deadlock. */
  async choose(userId: string, choices: readonly Choice[]): Promise<void> {
    const place = ({ category, channel }: Change) => JSON.stringify([category, channel]);
    const inOrder = choices.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
    await this.database.transaction(async (tx) => {
      for (const { origin, ...change } of inOrder) await this.ledger.record(tx, userId, [change], origin);
    });
  }

  /**
   * Reads flat names, a matrix, or both.
   * @param prefix JSON pointer of the object within the request, for errors: `/user/preferences`
   */
  async parse(input: unknown, prefix = ''): Promise<Change[]> {
    const errors: FieldError[] = [];
    const changes = readChanges(objectFrom(input, prefix), await this.vocabulary(), errors, { prefix });
    if (errors.length > 0) throw invalid(errors);
    return changes;
  }

  /** @param accepted the languages that the reader asks for, as `Accept-Language`; else it is the person's own */
  async view(userId: string, accepted?: string): Promise<PreferencesView> {
    const [words, choices, user] = await Promise.all([
      this.vocabulary(),
      this.ledger.choicesOf([userId]),
      this.users.find(userId),
    ]);
    return viewOf(userId, words, {
      choices: choices.get(userId) ?? NO_CHOICES,
      user,
      closed: user ? await this.closedFor(user) : new Map(),
      language: languageAsked(accepted, user?.locale),
      brand: this.settings.brand,
    });
  }

  /** Sets the cells that are named, and the person's own settings. */
  merge(userId: string, body: unknown, origin: Origin): Promise<void> {
    return this.change(userId, body, origin, false);
  }

  /** As `merge`; cells that are not named are left open again, as if nothing had been said of them. */
  replace(userId: string, body: unknown, origin: Origin): Promise<void> {
    return this.change(userId, body, origin, true);
  }

  private async change(userId: string, body: unknown, origin: Origin, all: boolean): Promise<void> {
    const words = await this.vocabulary();
    await this.database.transaction(async (tx) => {
      const choices = (await this.ledger.choicesOf([userId], tx)).get(userId) ?? NO_CHOICES;
      const { changes, fields, wording } = requestOf(body, words, (cell) => holds(words, choices, cell));
      await this.putSettings(tx, userId, fields, origin);
      await this.ledger.record(tx, userId, changes, { ...origin, wording });
      if (all) await this.ledger.forget(tx, userId, silencesBeside(words, changes), origin);
    });
  }

  private async putSettings(
    tx: EntityManager,
    id: string,
    fields: Pick<UserFields, keyof UserFields>,
    origin: Origin,
  ): Promise<void> {
    const touched = Object.keys(fields).length > 0;
    const before = touched ? await this.users.find(id, tx) : undefined;
    const after = await this.users.put(tx, { ...fields, id });
    if (touched) await this.history.record(tx, before, after, origin);
  }

  /** The devices that the person has brought, by channel; channels without such a thing are left out. */
  async devicesOf(userId: string): Promise<DevicesOfChannel[]> {
    const lists = this.catalogue.channels().map(async ({ name, devices }) => {
      return devices ? [{ channel: name, devices: await devices.of(userId) }] : [];
    });
    return (await Promise.all(lists)).flat();
  }

  /** Takes one of them from its channel, and keeps that in the history. False where the person has no such device. */
  removeDevice(userId: string, channel: string, id: string, origin: Origin): Promise<boolean> {
    const { devices } = this.catalogue.channels().find(({ name }) => name === channel) ?? {};
    return this.database.transaction(async (tx) => {
      const removed = await devices?.remove(tx, userId, id);
      if (!removed) return false;
      await this.history.noteDevice(
        tx,
        userId,
        { channel, id, name: removed.name, change: 'removed' },
        origin,
      );
      return true;
    });
  }

  /** The categories of which the person's last word by this channel was a no, and from this source. */
  refusedBy(source: ConsentSource, userId: string, channel: string): Promise<string[]> {
    return this.ledger.refusedBy(source, userId, channel);
  }

  /** Why nothing may be sent to the person by a channel, whatever they choose; by the names of such channels. */
  closedFor(person: User): Promise<ReadonlyMap<string, ClosedReason>> {
    return this.catalogue.closedFor(person);
  }

  /** The locales in which there are words (BCP 47). */
  locales(): Promise<readonly string[]> {
    return this.catalogue.locales();
  }

  /** What can be chosen at present. */
  async vocabulary(): Promise<Vocabulary> {
    const channels = this.catalogue.channels();
    const categories = await this.catalogue.categories();
    return { channels, categories, names: new FlatNames(channels, categories) };
  }
}

const OWN_FIELDS = [...PERSONAL_FIELDS, 'wording'] as const;

/** The cells to set and the person's own settings, or everything that is wrong with either. */
function requestOf(body: unknown, words: Vocabulary, present: (cell: Cell) => boolean) {
  const errors: FieldError[] = [];
  const input = objectFrom(body, '');
  const besides = [...OWN_FIELDS, ...READ_ONLY_FIELDS];
  const changes = readChanges(input, words, errors, { besides, present });
  const own = Object.entries(input).filter(([name]) => OWN_FIELDS.some((field) => field === name));
  const { wording, ...fields } = read(PreferenceFields, Object.fromEntries(own), '', errors);
  if (errors.length > 0) throw invalid(errors);
  return { changes, fields, wording };
}

/** All other cells, with what silence means there. */
function silencesBeside(words: Vocabulary, changes: readonly Change[]): Change[] {
  return cellsOf(words)
    .filter(
      (cell) => !changes.some((said) => said.category === cell.category && said.channel === cell.channel),
    )
    .map((cell) => ({ ...cell, wanted: holds(words, NO_CHOICES, cell) }));
}

function objectFrom(input: unknown, prefix: string) {
  if (isObject(input)) return input;
  const detail = 'Preferences must be a JSON object, as {"order_updates_sms": true}.';
  throw invalid([{ pointer: prefix, code: 'field.object', detail }]);
}

const invalid = (errors: FieldError[]) => unprocessable('preferences.invalid', summaryOf(errors), errors);
