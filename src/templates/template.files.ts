import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Category, ChainStep } from './catalogue.js';
import { localesIn, NAME, readCategory, required } from './category.fields.js';
import type { OptionsCheck } from './channel.words.js';
import { compileWords, RefusedWords, type WantedChannel } from './renderer.js';
import {
  type ChainAt,
  type Examples,
  type Finding,
  findingsIn,
  strangersIn,
  type WordsAt,
} from './template.findings.js';
import { readChain } from './timing.fields.js';
import { canonicalLocale, type Words } from './words.js';
import { type Entry, type FileProblem, YamlFile } from './yaml.reader.js';

/** A type as a file defines it. */
export interface TypeDefinition {
  readonly name: string;
  readonly category: string;
  readonly display: string;
  readonly priority: 'critical' | 'normal' | 'bulk';
  readonly example: Record<string, unknown>;
  readonly validFor: number | null;
  readonly chain: readonly ChainStep[];
  readonly position: number;
  /** By locale. */
  readonly words: ReadonlyMap<string, Words>;
}

export interface Definitions {
  readonly categories: readonly Category[];
  readonly types: readonly TypeDefinition[];
  /** All words, and where they stand. */
  readonly words: readonly WordsAt[];
  /** What can be loaded and should be looked at: a channel without words, an example that lacks a variable. */
  readonly warnings: readonly Finding[];
}

/** Nothing is loaded from a folder in which anything is wrong; the message says all of it. */
export class TemplateFilesError extends Error {
  constructor(
    folder: string,
    readonly problems: readonly FileProblem[],
  ) {
    const list = problems.map(({ file, line, message }) => `  ${file}:${line} ${message}`).join('\n');
    super(`The templates in ${folder} cannot be loaded:\n${list}`);
    this.name = 'TemplateFilesError';
  }
}

/**
 * Reads all `*.yaml` of a folder.
 * @param wrongOptions asks the channels about the options beside their words
 * @param channels those that every template should serve
 * @param plugged the names of all channels there are; without them, chains may name any
 */
export async function readTemplateFiles(
  folder: string,
  wrongOptions: OptionsCheck,
  channels?: readonly WantedChannel[],
  plugged?: readonly string[],
): Promise<Definitions> {
  const names = (await filesOf(folder)).filter((name) => /\.ya?ml$/.test(name)).sort();
  const files = await Promise.all(
    names.map(async (name) => new YamlFile(name, await readFile(join(folder, name), 'utf8'))),
  );
  const reader = new DefinitionsReader(wrongOptions);
  for (const file of files) if (file.problems.length === 0) reader.readFile(file);
  const problems = files.flatMap((file) => file.problems);
  if (names.length === 0) {
    problems.push({ file: folder, line: 1, message: 'holds no .yaml file: one for each category is needed' });
  }
  if (problems.length > 0) throw new TemplateFilesError(folder, problems);
  return reader.result(channels, plugged);
}

async function filesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new TemplateFilesError(folder, [{ file: folder, line: 1, message: 'does not exist' }]);
  }
}

const FIXED = ['title', 'message', 'action_url'];

const TYPE_FIELDS = ['display', 'priority', 'example', 'examples', 'locales', 'valid_for', 'chain', 'words'];

class DefinitionsReader {
  private readonly categories = new Map<string, Category>();
  private readonly types = new Map<string, TypeDefinition>();
  private readonly all: WordsAt[] = [];
  private readonly chains: ChainAt[] = [];
  private readonly missing: Finding[] = [];
  private file = '';

  constructor(private readonly wrongOptions: OptionsCheck) {}

  readFile(file: YamlFile): void {
    this.file = file.name;
    const fields = file.top.fields(['category', 'types']);
    const [category, locales] = this.category(required(file.top, fields, 'category'));
    for (const [name, entry] of required(file.top, fields, 'types')?.fields() ?? []) {
      if (!NAME.test(name)) entry.complain('a name has small letters, digits and _ only');
      else if (this.types.has(name)) entry.complain('the type is defined twice');
      else this.type(name, category, entry, locales);
    }
  }

  result(channels?: readonly WantedChannel[], plugged?: readonly string[]): Definitions {
    const strangers = plugged ? strangersIn(this.chains, plugged) : [];
    const warnings = [...this.missing, ...findingsIn(this.all, channels), ...strangers];
    const [categories, types] = [[...this.categories.values()], [...this.types.values()]];
    return { categories, types, words: this.all, warnings };
  }

  /** Its name, and the languages that every type of it must speak. */
  private category(entry: Entry | undefined): [name: string, locales: readonly string[]] {
    if (!entry) return ['', []];
    const { locales, ...category } = readCategory(entry, this.categories.size + 1);
    const { name } = category;
    if (this.categories.has(name)) entry.fields().get('name')?.complain('the category is defined twice');
    this.categories.set(name, category);
    return [name, locales];
  }

  private isOptional(category: string): boolean {
    return this.categories.get(category)?.optional ?? true;
  }

  private timing(fields: ReadonlyMap<string, Entry>): Pick<TypeDefinition, 'validFor' | 'chain'> {
    const validFor = fields.get('valid_for')?.duration() ?? null;
    const entry = fields.get('chain');
    if (!entry) return { validFor, chain: [] };
    const chain = readChain(entry);
    this.chains.push({ chain, entry, file: this.file });
    return { validFor, chain };
  }

  private type(name: string, category: string, entry: Entry, locales: readonly string[]): void {
    const fields = entry.fields(TYPE_FIELDS);
    const example = fields.get('example')?.object() ?? {};
    const priority = required(entry, fields, 'priority')?.choice(['critical', 'normal', 'bulk']) ?? 'normal';
    const examples = examplesIn(fields.get('examples'), example);
    const optional = this.isOptional(category);
    const about = { type: name, category, priority, optional, examples };
    const words = new Map<string, Words>();
    for (const [locale, at] of required(entry, fields, 'words')?.fields() ?? []) {
      if (canonicalLocale(locale) !== locale) {
        at.complain(`is no language. Write it as ${canonicalLocale(locale) ?? 'en, hi or ta-IN'}`);
        continue;
      }
      const read = readWords(at, this.wrongOptions);
      if (!read) continue;
      words.set(locale, read);
      this.all.push({ ...about, locale, words: read, entry: at, file: this.file });
    }
    for (const locale of [...locales, ...localesIn(fields.get('locales'))]) {
      if (words.has(locale)) continue;
      const { line, path } = entry;
      const message = `${path}: has no words in "${locale}", which its file asks for`;
      this.missing.push({ severity: 'error', file: this.file, line, message });
    }
    this.types.set(name, {
      name,
      category,
      display: required(entry, fields, 'display')?.text() ?? name,
      priority,
      example,
      ...this.timing(fields),
      position: this.types.size + 1,
      words,
    });
  }
}

function examplesIn(entry: Entry | undefined, typical: Record<string, unknown>): Examples {
  const given = entry?.fields(['shortest', 'longest']);
  return {
    shortest: given?.get('shortest')?.object() ?? typical,
    typical,
    longest: given?.get('longest')?.object() ?? typical,
  };
}

/**
 * The words of one locale: `title`, `message`, `action_url`; every other name is a channel with its parts, and with
 * `options`, where it is told more than its words.
 */
function readWords(entry: Entry, wrongOptions: OptionsCheck): Words | undefined {
  const fields = entry.fields();
  const places = new Map<string, Entry>();
  const channels: Record<string, Record<string, string>> = {};
  const options: Record<string, Record<string, unknown>> = {};
  for (const [name, field] of fields) {
    places.set(name, field);
    if (FIXED.includes(name)) continue;
    if (!NAME.test(name)) field.complain('a channel has small letters, digits and _ only');
    const { options: beside, ...rest } = Object.fromEntries(field.fields());
    if (beside) options[name] = readOptions(beside, name, wrongOptions);
    const parts = Object.entries(rest);
    for (const [part, at] of parts) places.set(`${name}.${part}`, at);
    channels[name] = Object.fromEntries(parts.map(([part, text]) => [part, text.text()?.trim() ?? '']));
  }
  const text = (name: string) => required(entry, fields, name)?.text()?.trim() ?? '';
  const words: Words = {
    title: text('title'),
    message: text('message'),
    actionUrl: fields.get('action_url')?.text()?.trim() ?? null,
    channels,
    ...(Object.keys(options).length > 0 && { options }),
  };
  try {
    compileWords(words);
    return words;
  } catch (error) {
    if (!(error instanceof RefusedWords)) throw error;
    for (const { part, line, column, reason } of error.problems) {
      const at = places.get(part) ?? entry;
      at.complain(`line ${line}, column ${column}: ${reason}`, at.lineOf(line));
    }
    return undefined;
  }
}

function readOptions(entry: Entry, channel: string, wrongOptions: OptionsCheck): Record<string, unknown> {
  const options = entry.object() ?? {};
  for (const { option, detail } of wrongOptions(channel, options))
    complainOf(entry, option.split('.'), detail);
  return options;
}

/** At the value itself, or around it when it is missing. */
function complainOf(entry: Entry, [name, ...rest]: readonly string[], detail: string): void {
  const inner = name === undefined ? undefined : entry.fields().get(name);
  if (inner) complainOf(inner, rest, detail);
  else entry.complain([name, ...rest, detail].filter(Boolean).join(' '));
}
