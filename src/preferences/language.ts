import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { PLAIN } from '../http/html.pages.js';

/** What a language calls something that the platform named: a category, or a channel. */
interface Named {
  readonly name?: string;
  readonly about?: string;
  /** What a person agrees to who turns it on. */
  readonly agreement?: string;
}

interface Words {
  /** The language's own name of itself. */
  readonly name: string;
  /** Whose habits of writing dates it follows (BCP 47). */
  readonly region: string;
  readonly categories: Readonly<Record<string, Named>>;
  readonly channels: Readonly<Record<string, Named>>;
  readonly texts: Texts;
}
interface Texts {
  readonly [key: string]: string | Texts;
}

type Values = Readonly<Record<string, string | number>>;

/** A stretch of a text; what was filled in stands out. */
interface Piece {
  readonly text: string;
  readonly filled: boolean;
}

const PLACE = /\{(\w+)\}/;

/** The words of the pages in one language. */
export class Language {
  private constructor(
    readonly tag: string,
    private readonly words: Words,
  ) {}

  static read(tag: string): Language {
    return new Language(tag, parse(readFileSync(join(PLAIN, `words/${tag}.yaml`), 'utf8')) as Words);
  }

  get name(): string {
    return this.words.name;
  }

  /** A text by its path, as `preferences.times.title`, with its places filled in. */
  text(path: string, values: Values = {}): string {
    return this.pieces(path, values)
      .map(({ text }) => text)
      .join('');
  }

  pieces(path: string, values: Values = {}): Piece[] {
    const found = path
      .split('.')
      .reduce<string | Texts | undefined>(
        (texts, key) => (typeof texts === 'object' ? texts[key] : undefined),
        this.words.texts,
      );
    if (typeof found !== 'string') throw new Error(`There is no text "${path}" in ${this.tag}.`);
    return filled(found, values);
  }

  category(name: string): Named {
    return this.words.categories[name] ?? {};
  }

  channel(name: string): Named {
    return this.words.channels[name] ?? {};
  }

  /** The words that a person says yes to who turns a channel on. */
  agreement(channel: string, values: { readonly brand: string; readonly channel: string }): string {
    const own = this.channel(channel).agreement;
    if (own === undefined) return this.text('preferences.choices.agreement', values);
    return filled(own, values)
      .map(({ text }) => text)
      .join('');
  }

  /** A moment on the clock of a time zone, as people write it. */
  moment(at: Date, timeZone: string): string {
    return new Intl.DateTimeFormat(this.words.region, {
      dateStyle: 'long',
      timeStyle: 'short',
      timeZone,
    }).format(at);
  }

  list(items: readonly string[]): string {
    return new Intl.ListFormat(this.words.region).format(items);
  }
}

/** `split` with a group leaves text and place in turn. */
const filled = (text: string, values: Values): Piece[] =>
  text.split(PLACE).map((piece, index) => {
    const isPlace = index % 2 === 1;
    return { text: isPlace ? String(values[piece] ?? `{${piece}}`) : piece, filled: isPlace };
  });

const ENGLISH = Language.read('en');
/** The first is for everybody whose language is not here. */
const LANGUAGES: readonly Language[] = [ENGLISH, Language.read('hi')];

/** The language of a locale (`hi-IN`), else the best of what the browser accepts, else English. */
export const languageFor = (locale: string | undefined, accepted = ''): Language =>
  firstKnown([locale ?? '', ...preferred(accepted)]);

/** The best of what a program asks for in words of its own (`Accept-Language`), else that of a locale, else English. */
export const languageAsked = (accepted: string | undefined, locale = ''): Language =>
  firstKnown([...preferred(accepted ?? ''), locale]);

function firstKnown(tags: readonly string[]): Language {
  const known = tags.map((tag) => LANGUAGES.find((language) => language.tag === baseOf(tag)));
  return known.find((language) => language !== undefined) ?? ENGLISH;
}

/**
 * What a person may choose: the languages of the pages, those in which messages are worded, and their own, which may
 * be another; their region stays.
 */
export function languageChoices(own: string, worded: readonly string[]) {
  const tags = [...LANGUAGES.map(({ tag }) => tag), ...worded.toSorted(), own];
  const offered = new Map<string, string>();
  for (const tag of tags) if (!offered.has(baseOf(tag)) || tag === own) offered.set(baseOf(tag), tag);
  return [...offered].map(([base, locale]) => ({
    locale,
    name: LANGUAGES.find(({ tag }) => tag === base)?.name ?? ownNameOf(locale),
    chosen: locale === own,
  }));
}

/** As its speakers write it. */
const ownNameOf = (locale: string) =>
  new Intl.DisplayNames([locale], { type: 'language' }).of(locale) ?? locale;

/** `en-IN` is English. */
const baseOf = (locale: string) => locale.split('-', 1)[0]?.toLowerCase() ?? '';

/** The tags of an Accept-Language header, the most wanted first. */
const preferred = (header: string): string[] =>
  header
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';').map((text) => text.trim());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { tag, weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
