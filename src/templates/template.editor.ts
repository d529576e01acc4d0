import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { didYouMean } from '../http/closest.js';
import { conflict, type DomainError, notFound, unprocessable } from '../http/domain.error.js';
import { TemplateCatalogue } from './catalogue.js';
import { ChannelWords } from './channel.words.js';
import { changedWords, type WordChanges } from './changed.words.js';
import { refused } from './refused.js';
import { compileWords } from './renderer.js';
import type { ChangedWords, NewTemplate } from './template.dto.js';
import {
  findTemplate,
  findVersion,
  insertTemplate,
  lockTemplates,
  type StoredTemplate,
  writeVersion,
} from './template.store.js';
import { canonicalLocale, checksumOf, type Words } from './words.js';

/** One template among those of its type. */
export interface TemplateKey {
  readonly type: string;
  readonly locale: string;
}

/** What operators change through the API. Words are never overwritten: each change is a new version. */
@Injectable()
export class TemplateEditor {
  constructor(
    private readonly db: DataSource,
    private readonly catalogue: TemplateCatalogue,
    private readonly channels: ChannelWords,
  ) {}

  /** The first words of a type in a locale; a type that is not known yet needs its category. */
  async create(given: NewTemplate, author: string): Promise<TemplateKey> {
    const locale = localeOf(given.locale) ?? 'en';
    const { title, message, action_url: actionUrl = null, channels = {}, options = {} } = given;
    const words = this.changed({ title, message, actionUrl, channels: {} }, { channels, options });
    return this.writing(async (tx) => {
      await this.ensureType(tx, given);
      const before = await findTemplate(tx, given.type, locale);
      if (before) {
        throw conflict(
          'template.exists',
          `${given.type} has words in "${locale}" already: change them by PATCH.`,
        );
      }
      await insertTemplate(tx, given.type, locale, words, author);
      return { type: given.type, locale };
    });
  }

  /** A new version with the changed words; the same words make none. */
  async change(type: string, locale: string | undefined, changes: ChangedWords, author: string) {
    return this.writing(async (tx) => {
      const template = await this.find(tx, type, locale);
      const words = this.changed(template.words, changes);
      if (checksumOf(words) !== template.checksum) await writeVersion(tx, template.id, words, author);
      return template;
    });
  }

  /** A new version with the words of an old one: what was in between stays visible. */
  async rollBack(type: string, locale: string | undefined, version: number, author: string) {
    return this.writing(async (tx) => {
      const template = await this.find(tx, type, locale);
      const words = await findVersion(tx, template.id, version);
      if (!words) throw noVersion(template, version);
      await writeVersion(tx, template.id, checked(words), author);
      return template;
    });
  }

  /** Switched off, a template sends nothing; its words stay, because notifications refer to them. */
  async setActive(type: string, locale: string | undefined, active: boolean): Promise<string[]> {
    return this.writing(async (tx) => {
      await this.find(tx, type, locale);
      const rows = await tx.query<{ locale: string }[]>(
        `SELECT locale FROM templates WHERE type = $1 AND ($2::text IS NULL OR locale = $2) ORDER BY locale`,
        [type, localeOf(locale) ?? null],
      );
      const locales = rows.map((row) => row.locale);
      await tx.query(
        `UPDATE templates SET active = $3, updated_at = now()
         WHERE type = $1 AND locale = ANY($2) AND active <> $3`,
        [type, locales, active],
      );
      return locales;
    });
  }

  private changed(words: Words, changes: WordChanges): Words {
    return checked(changedWords(words, changes, this.channels.wrongOptions));
  }

  private async writing<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    const result = await this.db.transaction(async (tx) => {
      await lockTemplates(tx);
      return work(tx);
    });
    await this.catalogue.renew();
    return result;
  }

  private async find(tx: EntityManager, type: string, locale: string | undefined): Promise<StoredTemplate> {
    const found = await findTemplate(tx, type, localeOf(locale));
    return found ?? (await this.missing(type, locale));
  }

  private async missing(type: string, locale: string | undefined): Promise<never> {
    const { types } = await this.catalogue.current();
    throw noTemplate(type, locale, types.keys());
  }

  private async ensureType(tx: EntityManager, given: NewTemplate): Promise<void> {
    const { categories, types } = await this.catalogue.current();
    if (types.has(given.type)) {
      refuseTypeFields(given);
      return;
    }
    const names = categories.map(({ name }) => name);
    const { type, category } = given;
    if (category === undefined || !names.includes(category)) throw categoryNeeded(type, category, names);
    await tx.query(
      `INSERT INTO notification_types (name, category, display, priority, example, position)
       VALUES ($1, $2, $3, $4, $5, (SELECT coalesce(max(position), 0) + 1 FROM notification_types))
       ON CONFLICT (name) DO NOTHING`,
      [
        type,
        category,
        given.display ?? type,
        given.priority ?? 'normal',
        JSON.stringify(given.example ?? {}),
      ],
    );
  }
}

/** What a known type is, is said in its file: nothing given here may be dropped in silence. */
function refuseTypeFields(given: NewTemplate): void {
  const fields = (['category', 'display', 'priority', 'example'] as const).filter(
    (name) => given[name] !== undefined,
  );
  if (fields.length === 0) return;
  const detail = `${given.type} exists already: leave ${fields.join(', ')} out.`;
  const errors = fields.map((name) => ({ pointer: `/${name}`, code: 'template.type-exists', detail }));
  throw unprocessable('template.type-exists', detail, errors);
}

function categoryNeeded(type: string, category: string | undefined, names: readonly string[]): DomainError {
  const what =
    category === undefined
      ? `${type} is a new type: say its category`
      : `There is no category "${category}".${didYouMean(category, names)} Choose one`;
  const detail = `${what} (${names.join(', ')}).`;
  const code = 'template.unknown-category';
  return unprocessable(code, detail, [{ pointer: '/category', code, detail }]);
}

function checked(words: Words): Words {
  try {
    compileWords(words);
    return words;
  } catch (error) {
    throw refused(error, 'The template cannot be used');
  }
}

/** The language as it is stored. @throws DomainError when it is none. */
export function localeOf(locale: string | undefined): string | undefined {
  if (locale === undefined) return undefined;
  const canonical = canonicalLocale(locale);
  if (canonical !== undefined) return canonical;
  const detail = `"${locale}" is no language: write it as en, hi or ta-IN.`;
  throw unprocessable('template.unknown-locale', detail, [
    { pointer: '/locale', code: 'template.unknown-locale', detail },
  ]);
}

export function noTemplate(type: string, locale: string | undefined, types: Iterable<string>): DomainError {
  const known = [...types];
  return notFound(
    'template.not-found',
    known.includes(type)
      ? `${type} has no template in "${locale ?? 'en'}".`
      : `There is no notification type "${type.slice(0, 100)}".${didYouMean(type, known)}`,
  );
}

const noVersion = ({ type, locale }: StoredTemplate, version: number): DomainError => {
  const detail = `${type} (${locale}) has no version ${version}: see its versions.`;
  const code = 'template.unknown-version';
  return unprocessable(code, detail, [{ pointer: '/version', code, detail }]);
};
