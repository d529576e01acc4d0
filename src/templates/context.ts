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
  const left = { values: MOST_VALUES, characters: MOST_CHARACTERS };
  if (!isPlain(context)) throw refused('/context', 'The context must be an object, as {"order": {...}}.');
  visit(context, '/context', 0, left);
}

function visit(value: unknown, pointer: string, depth: number, left: { values: number; characters: number }) {
  left.values -= 1;
  if (typeof value === 'string') left.characters -= value.length;
  if (left.values < 0 || left.characters < 0) {
    throw refused(
      '/context',
      'The context is too large to make a message from: send only what the texts need.',
    );
  }
  if (typeof value !== 'object' || value === null) {
    if (isJson(value)) return;
    throw refused(pointer, `A ${typeof value} is no JSON: send text, numbers, lists and objects.`);
  }
  if (depth >= DEEPEST) throw refused(pointer, `The context nests deeper than ${DEEPEST} levels.`);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      visit(value[index], pointerOf(pointer, index), depth + 1, left);
    }
    return;
  }
  if (!isPlain(value)) throw refused(pointer, 'Only plain objects can be sent: turn it into JSON first.');
  for (const key of Object.keys(value)) visit(value[key], pointerOf(pointer, key), depth + 1, left);
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
