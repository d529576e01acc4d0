import { type FieldError, unprocessable } from '../http/domain.error.js';

export type Context = Readonly<Record<string, unknown>>;

/** What one rendering may cost: characters of template walked through by loops. */
const MOST_WORK = 2_000_000;

/** One rendering of all parts: what they may read, and what was found wrong on the way. */
export class Run {
  /** The link of the notification, absolute; parts read it as `action_url`. */
  actionUrl: string | undefined;
  private readonly missing = new Set<string>();
  private readonly unusable = new Map<string, FieldError>();
  private work = 0;

  constructor(
    readonly values: Context,
    /** A language and where it is spoken, as `en-IN`: how dates are written. */
    readonly language: string,
    readonly timeZone: string,
  ) {}

  /** A variable by its name; null counts as absent, as in JSON. */
  read(name: string): unknown {
    return name === 'action_url' && this.actionUrl !== undefined ? this.actionUrl : own(this.values, name);
  }

  /** Notes it, and stands for the value: undefined. */
  lacks(path: string): unknown {
    if (path !== '') this.missing.add(path);
    return undefined;
  }

  /** The value is there, but nothing sensible can be done with it: an empty text goes on in its place. */
  cannotUse(path: string, why: string, code = 'template.unusable-value'): '' {
    const detail = `${path || 'A value'} ${why}`;
    if (!this.unusable.has(path)) this.unusable.set(path, { pointer: pointerTo(path), code, detail });
    return '';
  }

  spend(characters: number): void {
    this.work += characters;
    if (this.work > MOST_WORK) {
      throw unprocessable('context.too-large', 'The lists in the context are too long: send fewer entries.');
    }
  }

  /** Everything that was wrong, at once. */
  finish(): void {
    if (this.missing.size === 0 && this.unusable.size === 0) return;
    const lacking = [...this.missing].map((path) => ({
      pointer: pointerTo(path),
      code: 'template.missing-variable',
      detail: `The template needs ${path}: add it to the context.`,
    }));
    const errors = [...lacking, ...this.unusable.values()];
    const [first] = errors;
    const detail =
      lacking.length > 0
        ? `The context lacks ${[...this.missing].join(', ')}: add ${lacking.length === 1 ? 'it' : 'them'}.`
        : (first?.detail ?? '');
    throw unprocessable(first?.code ?? 'template.unusable-value', detail, errors);
  }
}

/** Own fields only: nothing of a prototype, and no functions. Null counts as absent. */
export function own(of: unknown, key: PropertyKey): unknown {
  if (typeof of !== 'object' || of === null || !Object.hasOwn(of, key)) return undefined;
  const value = (of as Record<PropertyKey, unknown>)[key];
  return value === null || typeof value === 'function' ? undefined : value;
}

const pointerTo = (path: string) => ['/context', ...(path === '' ? [] : path.split('.'))].join('/');
