import type { Type } from '@nestjs/common';
import { DomainError, type FieldError } from './domain.error.js';
import { pointerOf } from './json.body.js';
import { read } from './validation.js';
import type { Field } from './validation.plan.js';

const NUMBER = /^-?\d{1,15}(\.\d{1,10})?$/;
const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, false: false, '1': true, '0': false };

/** The query as an instance of its class: each text is read by the declared type of its field. */
export function readQuery<T>(type: Type<T>, query: unknown): T {
  const errors: FieldError[] = [];
  const result = read(type, query ?? {}, '', errors, fromText);
  if (errors.length === 0) return result;
  const detail = errors.map((error) => error.detail).join('; ');
  throw new DomainError({ status: 400, code: 'query.invalid', detail, errors });
}

/** What cannot be read stays text: the field's own checks say what they want instead. */
function fromText(value: unknown, field: Field, parent: string, errors: FieldError[]): unknown {
  // `?is_read=` is what a form sends for a filter that is not set.
  if (value === '') return undefined;
  if (field.declared === Array) return [value].flat().flatMap((part) => String(part).split(','));
  if (typeof value !== 'string') {
    const detail = `${field.name} may be given once only`;
    errors.push({ pointer: pointerOf(parent, field.name), code: 'field.repeated', detail });
    return undefined;
  }
  if (field.declared === Number) return NUMBER.test(value) ? Number(value) : value;
  if (field.declared === Boolean) return BOOLEANS[value.toLowerCase()] ?? value;
  return value;
}
