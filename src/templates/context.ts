import { type DomainError, unprocessable } from '../http/domain.error.js';
import { pointerOf } from '../http/json.body.js';

const DEEPEST = 10;
const MOST_VALUES = 5_000;
const MOST_CHARACTERS = 100_000;

/**
 * Lets plain JSON through, of a size that a message can be made from. Everything else (class instances, functions,
 * huge lists) is refused before a template sees it.
 */
export function checkContext(context: unknown): void {
  if (!isPlain(context)) throw refused('/context', 'The context must be an object, as {"order": {...}}.');
  new Visit().value(context);
}

class Visit {
  private values = MOST_VALUES;
  private characters = MOST_CHARACTERS;
  private readonly way: (string | number)[] = [];

  value(value: unknown): void {
    this.values -= 1;
    if (typeof value === 'string') this.characters -= value.length;
    if (this.values < 0 || this.characters < 0) {
      const detail = 'The context is too large to make a message from: send only what the texts need.';
      throw refused('/context', detail);
    }
    if (typeof value === 'object' && value !== null) this.inside(value);
    else if (!isJson(value))
      this.refuse(`A ${typeof value} is no JSON: send text, numbers, lists and objects.`);
  }

  private inside(value: object): void {
    if (this.way.length >= DEEPEST) this.refuse(`The context nests deeper than ${DEEPEST} levels.`);
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) this.at(index, value[index]);
    } else if (isPlain(value)) {
      for (const key of Object.keys(value)) this.at(key, value[key]);
    } else this.refuse('Only plain objects can be sent: turn it into JSON first.');
  }

  private at(key: string | number, value: unknown): void {
    this.way.push(key);
    this.value(value);
    this.way.pop();
  }

  private refuse(detail: string): never {
    throw refused(this.way.reduce<string>(pointerOf, '/context'), detail);
  }
}

const isJson = (value: unknown) =>
  value === undefined ||
  value === null ||
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  Number.isFinite(value);

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const refused = (pointer: string, detail: string): DomainError =>
  unprocessable('context.unusable', detail, [{ pointer, code: 'context.unusable', detail }]);
