import type { ArgumentMetadata, PipeTransform, Type } from '@nestjs/common';
import { DomainError, type FieldError, unprocessable } from './domain.error.js';
import { readQuery } from './query.js';
import { isObject, read } from './validation.js';

/** Declared so, there is nothing to check against. */
const PLAIN: readonly unknown[] = [undefined, Object, String, Number, Boolean, Array, Promise];

/**
 * Bodies and queries are read strictly, by the decorators of their DTO class: unknown names are refused with
 * the closest known one, nothing in a body changes its type, null in an optional field reads as absent unless
 * the field says `@KeepNull()`. 422 for bodies, 400 for queries.
 */
export class ValidationPipe implements PipeTransform {
  transform(value: unknown, { type, metatype, data }: ArgumentMetadata): unknown {
    if (type === 'custom' || PLAIN.includes(metatype)) {
      return type === 'query' && data !== undefined ? single(data, value) : value;
    }
    if (type === 'body') return readBody(metatype as Type, value);
    return type === 'query' ? readQuery(metatype as Type, value) : value;
  }
}

/** The body as an instance of its class, or a DomainError that lists what is wrong; no body is an empty one. */
export function readBody<T>(type: Type<T>, body: unknown = {}): T {
  if (!isObject(body)) throw noObject();
  // Only a form has another prototype than an object has in JSON.
  if (Object.getPrototypeOf(body) !== Object.prototype && Object.keys(body)[0]?.startsWith('{'))
    throw notJson();
  const errors: FieldError[] = [];
  const result = read(type, body, '', errors);
  if (errors.length > 0) throw unprocessable('request.invalid', summaryOf(errors), errors);
  return result;
}

export function summaryOf(errors: readonly FieldError[]): string {
  const first = errors[0]?.detail.replace(/\.$/, '') ?? 'The request is not valid';
  return errors.length > 1 ? `${first} (and ${errors.length - 1} more).` : `${first}.`;
}

const noObject = () =>
  unprocessable('request.invalid', 'The body must be a JSON object.', [
    { pointer: '', code: 'field.object', detail: 'Send a JSON object as the body.' },
  ]);

/** curl sends JSON as a form unless it is told otherwise. */
const notJson = () =>
  new DomainError({
    status: 415,
    code: 'request.not-json',
    detail: 'The body was sent as a form. Add the header "Content-Type: application/json".',
  });

function single(name: string, value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  throw new DomainError({
    status: 400,
    code: 'query.invalid',
    detail: `${name} may be given once only.`,
    errors: [{ pointer: `/${name}`, code: 'field.repeated', detail: `${name} may be given once only.` }],
  });
}
