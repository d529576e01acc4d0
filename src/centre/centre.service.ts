import { Injectable } from '@nestjs/common';
import { DomainError } from '../http/domain.error.js';
import { PreferenceLinks } from '../preferences/preference.links.js';
import { PreferencesService } from '../preferences/preferences.service.js';
import { PreferencesSettings } from '../preferences/preferences.settings.js';
import { cellsOf } from '../preferences/preferences.view.js';
import { wordingOf } from '../preferences/wording.js';
import type { User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import { changesIn, deviceIn, type Form, one, settingsIn } from './forms.js';
import type { Language } from '../preferences/language.js';
import { type Fault, preferencesPage } from './preferences.page.js';
import type { Visit } from './visit.js';

/** Who is on the page, and in which words they see it. */
export interface Visitor {
  readonly person: User;
  readonly language: Language;
  readonly visit: Visit;
}

/** Where on the page an error of a preference stands, and its words there. */
const PLACES: Readonly<Record<string, readonly [field: string, text?: string]>> = {
  '/quiet_hours/start': ['start'],
  '/quiet_hours/end': ['end'],
  '/quiet_hours': ['end', 'same'],
  '/time_zone': ['zone'],
  '/locale': ['locale'],
  '/paused_until': ['until'],
};

/** Reads and changes what one person chose, by the forms of their page. */
@Injectable()
export class CentreService {
  constructor(
    private readonly links: PreferenceLinks,
    private readonly users: UsersService,
    private readonly preferences: PreferencesService,
    private readonly settings: PreferencesSettings,
  ) {}

  /** Undefined when the link is not one of ours, or over, or the person is gone. */
  async personOf(token: string): Promise<User | undefined> {
    const userId = this.links.open(token);
    return userId === undefined ? undefined : this.users.find(userId);
  }

  async page(
    { person, language }: Visitor,
    { saved = '', faults = [], given }: { saved?: string; faults?: readonly Fault[]; given?: Form } = {},
  ): Promise<object> {
    const [preferences, words, worded, devices] = await Promise.all([
      this.preferences.view(person.id, language.tag),
      this.preferences.vocabulary(),
      this.preferences.locales(),
      this.preferences.devicesOf(person.id),
    ]);
    const { brand } = this.settings;
    const shown = { preferences, words, worded, devices };
    return preferencesPage({ ...shown, person, language, brand, saved, faults, given });
  }

  /** Saves the part of the page that was sent; what could not be saved is the answer. */
  save(visitor: Visitor, form: Form): Promise<readonly Fault[]> {
    const part = one(form, 'part');
    if (part === 'choices') return this.choose(visitor, form);
    return part === 'devices' ? this.removeDevice(visitor, form) : this.set(visitor, form);
  }

  private async choose(visitor: Visitor, form: Form): Promise<readonly Fault[]> {
    const words = await this.preferences.vocabulary();
    const choices = changesIn(form, cellsOf(words)).flatMap((change) => {
      const category = words.categories.find(({ name }) => name === change.category);
      const channel = words.channels.find(({ name }) => name === change.channel);
      if (!category || !channel) return [];
      const { language } = visitor;
      const wording = wordingOf({ category, channel }, change.wanted, language, this.settings.brand);
      return [{ ...change, origin: { ...originOf(visitor), wording } }];
    });
    await this.preferences.choose(visitor.person.id, choices);
    return [];
  }

  /** One that is not there any more is as good as removed: the person has clicked twice. */
  private async removeDevice(visitor: Visitor, form: Form): Promise<readonly Fault[]> {
    const { channel, id } = deviceIn(form);
    await this.preferences.removeDevice(visitor.person.id, channel, id, originOf(visitor));
    return [];
  }

  private async set(visitor: Visitor, form: Form): Promise<readonly Fault[]> {
    const { person, language } = visitor;
    const faultAt = (field: string, text = field): Fault => ({
      field,
      text: language.text(`preferences.errors.${text}`),
    });
    const settings = settingsIn(form, person, new Date(), await this.preferences.locales());
    if (typeof settings === 'string') return [faultAt(settings)];
    try {
      await this.preferences.merge(person.id, settings, originOf(visitor));
      return [];
    } catch (error) {
      if (!(error instanceof DomainError) || error.errors.length === 0) throw error;
      return error.errors.map(({ pointer }) => faultAt(...(PLACES[pointer] ?? (['page'] as const))));
    }
  }
}

const originOf = ({ visit, language }: Visitor) => ({
  source: 'form' as const,
  ip: visit.ip,
  detail: { page: 'preferences', language: language.tag },
});
