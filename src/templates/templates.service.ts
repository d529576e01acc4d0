import { Injectable } from '@nestjs/common';
import { AppSettings } from '../config/app.settings.js';
import { didYouMean } from '../http/closest.js';
import { DomainError, unprocessable } from '../http/domain.error.js';
import {
  type Category,
  type CurrentTemplate,
  type NotificationType,
  TemplateCatalogue,
} from './catalogue.js';
import { type CompiledWords, compileWords, type Filled, fill, type WantedChannel } from './renderer.js';
import { refused } from './refused.js';
import type { Context } from './run.js';
import { type LoadOptions, type LoadReport, TemplateLoader } from './template.loader.js';
import { formatsFor, localesFor, type WordOptions } from './words.js';

export type { Category, ChainStep, Hours, NotificationType } from './catalogue.js';

/** What a notification says, and which words said it. */
export interface RenderedWords extends Filled {
  /** Of the immutable version that was used. */
  readonly versionId: string;
  /** Of the words: the first of `ta-IN`, `ta`, `en` that there are. */
  readonly locale: string;
  /** What each channel is told beside its words. */
  readonly options: WordOptions;
}

/** What can be told, and how it is worded. */
@Injectable()
export class TemplatesService {
  private compiled = new Map<string, CompiledWords>();

  constructor(
    private readonly catalogue: TemplateCatalogue,
    private readonly loader: TemplateLoader,
    private readonly app: AppSettings,
  ) {}

  /**
   * @param pointer JSON pointer of the name within the request, for errors
   * @throws DomainError `notification.unknown-type` (422), naming the closest.
   */
  async typeOf(name: string, pointer = '/type'): Promise<NotificationType> {
    const { types } = await this.catalogue.current();
    return types.get(name) ?? unknownType(name, types.keys(), pointer);
  }

  /** In the order in which people expect them: by category. */
  async types(): Promise<readonly NotificationType[]> {
    return [...(await this.catalogue.current()).types.values()];
  }

  async categories(): Promise<readonly Category[]> {
    return (await this.catalogue.current()).categories;
  }

  /** Those in which at least one type has words. */
  async locales(): Promise<readonly string[]> {
    const templates = [...(await this.catalogue.current()).templates.values()];
    const active = templates.flatMap((byLocale) => [...byLocale.values()].filter((one) => one.active));
    return [...new Set(active.map(({ locale }) => locale))];
  }

  /**
   * All parts that the wanted channels need, in one go. A channel whose words are incomplete is listed in
   * `missingChannels`. An `action_url` in the context goes before the template's.
   * @throws DomainError (422) `template.missing-variable` with a pointer for each, `template.inactive`, ...
   */
  async render(
    type: string,
    locale: string,
    context: Context,
    wanted: readonly WantedChannel[],
  ): Promise<RenderedWords> {
    const template = await this.templateFor(type, locale);
    const formats = formatsFor(template.locale, locale);
    const filled = this.fill(this.compiledOf(template), formats, context, wanted);
    const { versionId, words } = template;
    return { versionId, locale: template.locale, options: words.options ?? {}, ...filled };
  }

  /** The words that a person with this locale gets: the closest active ones. */
  async templateFor(type: string, locale: string): Promise<CurrentTemplate> {
    const { types, templates } = await this.catalogue.current();
    const byLocale = templates.get(type);
    for (const candidate of localesFor(locale)) {
      const found = byLocale?.get(candidate);
      if (found?.active) return found;
    }
    const [other] = [...(byLocale?.values() ?? [])].filter(({ active }) => active);
    if (other) return other;
    if (!types.has(type)) unknownType(type, types.keys(), '/type');
    throw byLocale ? inactive(type) : wordless(type);
  }

  /** @param locale how money and dates are written */
  fill(words: CompiledWords, locale: string, context: Context, wanted: readonly WantedChannel[]): Filled {
    return fill(words, locale, context, wanted, {
      frontendUrl: this.app.frontendUrl,
      country: this.app.homeCountry,
    });
  }

  /** Reads the folder and stores what is new in it; nothing at all when anything in it is wrong. */
  async load(folder: string, options: LoadOptions = {}): Promise<LoadReport> {
    const report = await this.loader.load(folder, options);
    if (!options.check && !options.dryRun) await this.catalogue.renew();
    return report;
  }

  /** Versions never change, so each is compiled once. */
  private compiledOf({ versionId, type, locale, words }: CurrentTemplate): CompiledWords {
    let compiled = this.compiled.get(versionId);
    if (!compiled) {
      try {
        compiled = compileWords(words);
      } catch (error) {
        throw refused(error, `The template of ${type} (${locale}) cannot be used`);
      }
      if (this.compiled.size >= MOST_COMPILED) this.compiled = new Map();
      this.compiled.set(versionId, compiled);
    }
    return compiled;
  }
}

/** Versions of the past go when this is reached; those still in use are compiled again in a moment. */
const MOST_COMPILED = 2_000;

function unknownType(name: string, known: Iterable<string>, pointer: string): never {
  const detail = `There is no notification type "${name.slice(0, 100)}".${didYouMean(name, known)}`;
  const code = 'notification.unknown-type';
  throw unprocessable(code, detail, [{ pointer, code, detail }]);
}

const inactive = (type: string): DomainError => {
  const detail = `The template of ${type} is switched off: activate it, or send another type.`;
  const code = 'template.inactive';
  return unprocessable(code, detail, [{ pointer: '/type', code, detail }]);
};

const wordless = (type: string): DomainError => {
  const detail = `${type} has no template yet: create one, or load the templates.`;
  const code = 'template.none';
  return unprocessable(code, detail, [{ pointer: '/type', code, detail }]);
};
