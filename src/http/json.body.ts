import { isUtf8 } from 'node:buffer';
import { DomainError, type FieldError, unprocessable } from './domain.error.js';

const DEEPEST = 20;
/** Keys that could reach an object's prototype, here or in whatever reads the JSON later. */
const UNSAFE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads a JSON body. Besides the syntax it refuses what no later step could handle: keys that reach for a
 * prototype, nesting over 20, and text that Postgres cannot store (NUL, half a surrogate pair).
 */
export function readJson(body: Buffer): unknown {
  // Clients send the header on every POST, also where there is nothing to say.
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw malformed('The body is not UTF-8: send JSON encoded as UTF-8.');
  const text = body.toString('utf8').replace(/^\uFEFF/, '');
  const value = parse(text);
  const errors = hygieneErrors(value);
  if (errors.length > 0) {
    throw unprocessable('request.unsafe-json', errors[0]?.detail ?? 'The body cannot be stored.', errors);
  }
  return value;
}

/** What makes a JSON value unusable wherever it stands; at most ten findings. */
function hygieneErrors(value: unknown): FieldError[] {
  const errors: FieldError[] = [];
  if (suspect(value)) walk(value, '', 0, errors);
  return errors;
}

export const pointerOf = (parent: string, key: string | number) =>
  `${parent}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;

function walk(value: unknown, pointer: string, depth: number, errors: FieldError[]): void {
  if (errors.length >= 10) return;
  if (typeof value === 'string') errors.push(unstorable(pointer));
  else if (depth >= DEEPEST) errors.push(tooDeep(pointer));
  else if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      if (suspect(item)) walk(item, pointerOf(pointer, index), depth + 1, errors);
    }
  } else {
    for (const key of Object.keys(value as object)) {
      const item = (value as Record<string, unknown>)[key];
      if (UNSAFE_KEYS.has(key) || !storable(key)) errors.push(unsafeKey(pointer, printable(key)));
      else if (suspect(item)) walk(item, pointerOf(pointer, key), depth + 1, errors);
    }
  }
}

/** Worth a closer look: broken text, and whatever may hold some. */
const suspect = (value: unknown) =>
  typeof value === 'string' ? !storable(value) : typeof value === 'object' && value !== null;

const unstorable = (pointer: string): FieldError => ({
  pointer,
  code: 'text.unstorable',
  detail: `The text at ${pointer || 'the top'} holds a NUL character or half a surrogate pair: remove it.`,
});

const tooDeep = (pointer: string): FieldError => ({
  pointer,
  code: 'json.too-deep',
  detail: `The body nests deeper than ${DEEPEST} levels: make it flatter.`,
});

const unsafeKey = (parent: string, key: string): FieldError => ({
  pointer: pointerOf(parent, key),
  code: 'json.unsafe-key',
  detail: `The name "${key}" is not allowed in a body: rename the field.`,
});

/** Refused by Postgres in text and jsonb: NUL, and surrogates that are not a pair. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

const storable = (text: string) => !UNSTORABLE.test(text);

/** A key that may itself be broken, made fit to be sent back. */
const printable = (key: string) => key.slice(0, 100).replaceAll(/[\0\p{Surrogate}]/gu, '\uFFFD');

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw malformed(`The body is not valid JSON${whereOf(error as SyntaxError, text)}.`, error);
  }
}

/** V8 tells a position for most mistakes, and quotes the wrong character for the rest. */
function whereOf({ message }: SyntaxError, text: string): string {
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined) {
    const before = text.slice(0, Number(position)).split('\n');
    return ` at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  }
  const wrong = /^Unexpected token (.+?), /su.exec(message)?.[1];
  return wrong === undefined ? ': it ends too early' : `: unexpected ${wrong}`;
}

const malformed = (detail: string, cause?: unknown) =>
  new DomainError({ status: 400, code: 'request.malformed-json', detail, cause });
