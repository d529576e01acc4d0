import { readFileSync } from 'node:fs';

/**
 * Settings are declared once, beside what they configure: `class SmsSettings extends settings('SMS', {...})`.
 * From that one declaration come the type, the check at start, the error text and `.env.example`.
 */

/** One environment variable: how to read it, and what to say of it. */
export interface Setting<T> {
  readonly env: string;
  readonly help: string;
  readonly example?: string;
  readonly fallback?: T;
  readonly optional: boolean;
  /** Never printed; left out of every listing. */
  readonly secret: boolean;
  /** The value, or an Error whose message completes the sentence "NAME ...". */
  parse(raw: string, env: Environment): T;
}

type Spec = Record<string, Setting<unknown>>;
type Values<S extends Spec> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

export interface SettingProblem {
  readonly env: string;
  readonly message: string;
}

/** Everything that is wrong with the environment, together. Exit code 3. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly SettingProblem[]) {
    super(
      `The configuration cannot be used:\n${problems.map(({ env, message }) => `  - ${env} ${message}`).join('\n')}\n` +
        'Set them in the environment or in .env; .env.example describes each one.',
    );
    this.name = 'ConfigurationError';
  }
}

export interface SettingsClass<T extends object = object> {
  new (env: Environment): T;
  readonly title: string;
  readonly spec: Spec;
  /** What single values cannot show: combinations that make no sense. */
  problemsOf?(values: T): SettingProblem[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

interface Options<T> {
  example?: string;
  fallback?: T;
  secret?: boolean;
}

/** The base class of a group of settings; its fields are the parsed values. */
export function settings<S extends Spec>(
  title: string,
  spec: S,
): { new (env: Environment): Values<S>; readonly title: string; readonly spec: S } {
  class Group {
    constructor(env: Environment) {
      const problems: SettingProblem[] = [];
      for (const [field, setting] of Object.entries(spec)) {
        Object.defineProperty(this, field, { enumerable: true, value: read(setting, env, problems) });
      }
      if (problems.length > 0) throw new ConfigurationError(problems);
    }
  }
  return Object.assign(Group, { title, spec }) as never;
}

function read(setting: Setting<unknown>, env: Environment, problems: SettingProblem[]): unknown {
  const raw = env[setting.env]?.trim();
  if (raw === undefined || raw === '') {
    if (setting.fallback === undefined && !setting.optional) {
      problems.push({ env: setting.env, message: `is not set: ${setting.help}` });
    }
    return setting.fallback;
  }
  try {
    return setting.parse(raw, env);
  } catch (error) {
    problems.push({ env: setting.env, message: (error as Error).message });
    return undefined;
  }
}

/** Reads all groups and reports every problem of all of them at once. */
export function loadSettings(groups: readonly SettingsClass[], env: Environment): Map<SettingsClass, object> {
  const problems: SettingProblem[] = [];
  const loaded = new Map<SettingsClass, object>();
  for (const group of groups) {
    try {
      const values = new group(env);
      problems.push(...(group.problemsOf?.(values) ?? []));
      loaded.set(group, values);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return loaded;
}

function make<T>(env: string, help: string, options: Options<T>, parse: Setting<T>['parse']): Setting<T> {
  const { secret = false, ...rest } = options;
  return { env, help, parse, secret, optional: false, ...rest };
}

export const text = (
  env: string,
  help: string,
  options: Options<string> & { pattern?: RegExp; form?: string } = {},
) => {
  const { pattern, form, ...rest } = options;
  return make(env, help, rest, (raw) => {
    if (pattern && !pattern.test(raw)) throw new Error(`must be ${form ?? `of the form ${pattern.source}`}`);
    return raw;
  });
};

export const integer = (
  env: string,
  help: string,
  options: Options<number> & { min?: number; max?: number } = {},
) => {
  const { min = 0, max = Number.MAX_SAFE_INTEGER, ...rest } = options;
  return make(env, help, rest, (raw) => {
    const value = Number(raw);
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new Error(`must be a whole number from ${min} to ${max}, not "${raw}"`);
    }
    return value;
  });
};

const YES = ['1', 'true', 'yes', 'on'];
const NO = ['0', 'false', 'no', 'off'];

export const flag = (env: string, help: string, options: Options<boolean> = {}) =>
  make(env, help, options, (raw) => {
    if (YES.includes(raw.toLowerCase())) return true;
    if (NO.includes(raw.toLowerCase())) return false;
    throw new Error(`must be true or false, not "${raw}"`);
  });

export const choice = <const T extends string>(
  env: string,
  help: string,
  allowed: readonly T[],
  options: Options<T> = {},
) =>
  make(env, help, options, (raw) => {
    const found = allowed.find((value) => value === raw);
    if (found === undefined) throw new Error(`must be one of ${allowed.join(', ')}, not "${raw}"`);
    return found;
  });

/** A URL without a trailing slash. */
export const url = (env: string, help: string, options: Options<string> & { schemes?: string[] } = {}) => {
  const { schemes = ['http', 'https'], ...rest } = options;
  return make(env, help, rest, (raw) => {
    const parsed = URL.canParse(raw) ? new URL(raw) : undefined;
    if (!parsed || !schemes.includes(parsed.protocol.slice(0, -1))) {
      throw new Error(`must be a URL that begins with ${schemes.map((s) => `${s}://`).join(' or ')}`);
    }
    return raw.replace(/\/+$/, '');
  });
};

/** Comma-separated; blanks around the entries do not count. */
export const list = (env: string, help: string, options: Options<readonly string[]> = {}) =>
  make(env, help, options, (raw): readonly string[] =>
    raw
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  );

/** Comma-separated files, each read by `read`, which may throw an Error that says what is wrong in it. */
export const files = <T>(
  name: string,
  help: string,
  read: (source: string, env: Environment) => T,
  options: Options<readonly T[]> & { example?: string } = {},
) =>
  make(name, help, options, (raw, env): readonly T[] =>
    list(name, help)
      .parse(raw, env)
      .map((path) => readFrom(path, (source) => read(source, env))),
  );

function readFrom<T>(path: string, read: (source: string) => T): T {
  try {
    return read(readFileSync(path, 'utf8'));
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const reason = code === undefined ? message : `it cannot be read (${code}): correct the path`;
    throw new Error(`names ${path}: ${reason}`, { cause: error });
  }
}

/** The same setting, allowed to be absent. */
export const optional = <T>(setting: Setting<T>): Setting<T | undefined> => ({ ...setting, optional: true });
