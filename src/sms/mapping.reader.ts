import type { Environment } from '../config/settings.js';
import { didYouMean } from '../http/closest.js';

const REFERENCE = /\$\{([A-Z][A-Z0-9_]*)\}/g;

/** One object of a mapping file, read value by value; what is wrong is collected with its place, and reading goes on. */
export class MappingReader {
  private readonly values: Readonly<Record<string, unknown>>;

  constructor(
    value: unknown,
    private readonly path: string,
    private readonly env: Environment,
    readonly problems: string[],
  ) {
    this.values = isObject(value) ? value : {};
    if (!isObject(value)) this.report('', 'must hold names and values, as name: value');
  }

  /** Whether something stands under the name. */
  has(key: string): boolean {
    return this.values[key] !== undefined && this.values[key] !== null;
  }

  keys(): string[] {
    return Object.keys(this.values);
  }

  /** Names every field that nobody reads, and the one that was meant. */
  only(...known: readonly string[]): void {
    for (const key of this.keys().filter((name) => !known.includes(name)))
      this.report(key, `is not known here.${didYouMean(key, known)} Known are ${known.join(', ')}`);
  }

  /** A text of this form, with what it names of the environment filled in. */
  text(key: string, { form, help, fallback }: { form?: RegExp; help: string; fallback?: string }): string {
    const value = this.values[key];
    if (value === undefined || value === null) {
      if (fallback === undefined) this.report(key, `is not set: it must be ${help}`);
      return fallback ?? '';
    }
    const text = isScalar(value) ? this.filled(key, String(value)) : undefined;
    if (text !== undefined && (form?.test(text) ?? true)) return text;
    const quotes = text === undefined ? ' (YAML wants quotes around {...})' : '';
    this.report(key, `must be ${help}${quotes}`);
    return fallback ?? '';
  }

  choice<T extends string>(key: string, allowed: readonly T[], fallback?: T): T {
    const text = this.text(key, {
      help: `one of ${allowed.join(', ')}`,
      ...(fallback !== undefined && { fallback }),
    });
    const found = allowed.find((one) => one === text);
    if (found === undefined && text !== '')
      this.report(key, `must be one of ${allowed.join(', ')}, not "${text}"`);
    return found ?? (allowed[0] as T);
  }

  number(key: string, fallback: number, [least, most]: readonly [number, number]): number {
    const value = this.values[key] ?? fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    this.report(key, `must be a whole number from ${least} to ${most}`);
    return fallback;
  }

  list(key: string): string[] {
    const value = this.values[key] ?? [];
    if (Array.isArray(value)) return value.map((one) => String(one));
    this.report(key, 'must be a list, as [a, b]');
    return [];
  }

  /** Names and texts; what they name of the environment is filled in. */
  texts(key: string): Record<string, string> {
    if (!this.has(key)) return {};
    const inner = this.object(key);
    return Object.fromEntries(inner.keys().map((name) => [name, inner.text(name, { help: 'a text' })]));
  }

  object(key: string): MappingReader {
    return new MappingReader(this.values[key], this.at(key), this.env, this.problems);
  }

  /** The value as it stands, with what its texts name of the environment filled in. */
  json(key: string): unknown {
    return this.deep(key, this.values[key]);
  }

  report(key: string, message: string): void {
    const place = key === '' ? this.path || 'the file' : this.at(key);
    this.problems.push(`${place} ${message}`);
  }

  private at(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`;
  }

  private deep(key: string, value: unknown): unknown {
    if (typeof value === 'string') return this.filled(key, value);
    if (Array.isArray(value)) return value.map((one: unknown) => this.deep(key, one));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.deep(key, one)]));
  }

  private filled(key: string, text: string): string {
    return text.replaceAll(REFERENCE, (_, name: string) => {
      const value = this.env[name];
      if (value === undefined || value === '')
        this.report(key, `names \${${name}}, which is not set: set ${name} in the environment`);
      return value ?? '';
    });
  }
}

const isScalar = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
