import type { Type } from '@nestjs/common';
import { TransformationType } from 'class-transformer';
import { closest, didYouMean } from './closest.js';
import type { FieldError } from './domain.error.js';
import { pointerOf } from './json.body.js';
import { type Check, type Field, type Nested, type Plan, planOf } from './validation.plan.js';

/** How many findings one answer lists. */
const ENOUGH = 20;
/** Up to this many known names are listed when none is near the unknown one. */
const LISTABLE = 20;

type Fields = Readonly<Record<string, unknown>>;
type Prepare = (value: unknown, field: Field, pointer: string, errors: FieldError[]) => unknown;

/**
 * Reads a value as the class demands: known fields only, types as they are (`prepare` reads a query's text).
 * The result is an instance; what is wrong is added to `errors`, each with its pointer.
 */
export function read<T>(
  type: Type<T>,
  value: unknown,
  pointer: string,
  errors: FieldError[],
  prepare?: Prepare,
): T {
  return readAs(planOf(type), value as Fields, pointer, errors, prepare) as T;
}

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readAs(plan: Plan, given: Fields, pointer: string, errors: FieldError[], prepare?: Prepare): object {
  const result = new plan.type() as Record<string, unknown>;
  for (const name in given) {
    if (!plan.byName.has(name)) errors.push(unknownField(plan, name, pointer));
    if (errors.length >= ENOUGH) return result;
  }
  for (const field of plan.fields) {
    let value = Object.hasOwn(given, field.name) ? given[field.name] : undefined;
    if (prepare && value !== undefined) value = prepare(value, field, pointer, errors);
    value = readField(field, value, given, pointer, errors);
    if (value !== undefined) result[field.name] = value;
    if (errors.length >= ENOUGH) return result;
  }
  return result;
}

function readField(field: Field, raw: unknown, given: Fields, parent: string, errors: FieldError[]): unknown {
  if (raw === null && field.optional) return field.keepsNull ? null : undefined;
  const value = transformed(field, raw, given);
  if (value === undefined && field.optional) return undefined;
  if (!field.conditions.every((holds) => holds(given, value))) return value;
  if (value === undefined) {
    if (field.checks.length > 0 || field.nested) errors.push(missing(field, parent));
    return undefined;
  }
  if (field.nested && (isObject(value) || !field.nested.onlyObjects)) {
    return readNested(field, field.nested, value, given, parent, errors);
  }
  check(field, value, given, parent, errors);
  return value;
}

function transformed({ transforms, name }: Field, raw: unknown, given: Fields): unknown {
  if (raw === undefined || transforms.length === 0) return raw;
  const type = TransformationType.PLAIN_TO_CLASS;
  return transforms.reduce<unknown>(
    (value, transform) => transform({ value, key: name, obj: given, type }),
    raw,
  );
}

function readNested(
  field: Field,
  { plan, many, onlyObjects }: Nested,
  value: unknown,
  given: Fields,
  parent: string,
  errors: FieldError[],
): unknown {
  const pointer = pointerOf(parent, field.name);
  if (!many) {
    // Where an object is only one of the forms, the checks beside it speak of the other form.
    if (!onlyObjects && isObject(value) && !check(field, value, given, parent, errors)) return value;
    return readOne(plan(), value, field.name, pointer, errors);
  }
  if (Array.isArray(value) && !check(field, value, given, parent, errors)) return value;
  return readMany(plan(), value, field.name, pointer, errors);
}

function readOne(plan: Plan, value: unknown, name: string, pointer: string, errors: FieldError[]): unknown {
  if (isObject(value)) return readAs(plan, value, pointer, errors);
  errors.push({ pointer, code: 'field.object', detail: `${name} must be an object` });
  return value;
}

function readMany(plan: Plan, value: unknown, name: string, pointer: string, errors: FieldError[]): unknown {
  if (!Array.isArray(value)) {
    errors.push({ pointer, code: 'field.array', detail: `${name} must be a list` });
    return value;
  }
  return value.map((item: unknown, index) =>
    errors.length < ENOUGH
      ? readOne(plan, item, `${name}[${index}]`, pointerOf(pointer, index), errors)
      : item,
  );
}

/** The first check that fails is told; the others would mostly say the same again. */
function check(field: Field, value: unknown, given: Fields, parent: string, errors: FieldError[]): boolean {
  for (const rule of field.checks) {
    if (rule.when && !rule.when(given, value)) continue;
    if (rule.each && Array.isArray(value)) {
      const index = value.findIndex((item: unknown) => !rule.passes(item, given));
      if (index < 0) continue;
      errors.push(failed(rule, value[index], given, pointerOf(pointerOf(parent, field.name), index)));
      return false;
    }
    // A rule for each value of a list says nothing of what is no list.
    if (rule.each || !rule.passes(value, given)) {
      errors.push(failed(rule, value, given, pointerOf(parent, field.name)));
      return false;
    }
  }
  return true;
}

function failed(rule: Check, value: unknown, given: Fields, pointer: string): FieldError {
  const allowed = rule.constraints[0];
  const text = rule.message(value, given);
  const near =
    rule.name === 'isIn' && typeof value === 'string' && Array.isArray(allowed)
      ? didYouMean(value, allowed.map(String))
      : '';
  return { pointer, code: rule.code, detail: near ? `${text}.${near}` : text };
}

const missing = ({ name }: Field, parent: string): FieldError => ({
  pointer: pointerOf(parent, name),
  code: 'field.required',
  detail: `${name} is required`,
});

function unknownField({ byName }: Plan, name: string, parent: string): FieldError {
  const near = closest(name, byName.keys());
  const cure = near
    ? `Did you mean "${near}"?`
    : byName.size <= LISTABLE
      ? `Known: ${[...byName.keys()].join(', ')}.`
      : 'Leave it out.';
  const shown = name.slice(0, 100);
  return {
    pointer: pointerOf(parent, shown),
    code: 'field.unknown',
    detail: `"${shown}" is not known here. ${cure}`,
  };
}
