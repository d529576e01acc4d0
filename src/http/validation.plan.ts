import { Type } from '@nestjs/common';
import { TransformationType } from 'class-transformer';
import transformStorage from 'class-transformer/cjs/storage.js';
import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { keptAsNull, objectOf } from './validation.decorators.js';

/**
 * What a DTO class demands, compiled once from its class-validator and class-transformer decorators, so that
 * checking a body is a walk over arrays instead of a search through metadata for each request.
 */
export interface Plan {
  readonly type: Type;
  readonly fields: readonly Field[];
  readonly byName: ReadonlyMap<string, Field>;
}

export interface Field {
  readonly name: string;
  readonly optional: boolean;
  readonly keepsNull: boolean;
  /** `@ValidateIf`: all must hold, else the field is taken as it is. */
  readonly conditions: readonly Condition[];
  readonly transforms: readonly Transform[];
  readonly checks: readonly Check[];
  readonly nested: Nested | undefined;
  /** The declared type, by which text in a query is read. */
  readonly declared: unknown;
}

export interface Check {
  readonly name: string;
  readonly code: string;
  readonly each: boolean;
  readonly when: Condition | undefined;
  readonly constraints: readonly unknown[];
  passes(value: unknown, object: object): boolean;
  /** The sentence for people, ready but for the value. */
  message(value: unknown, object: object): string;
}

export interface Nested {
  readonly plan: () => Plan;
  readonly many: boolean;
  /** Other values than objects are left to the checks: `user` is an id or an object. */
  readonly onlyObjects: boolean;
}

type Condition = (object: object, value: unknown) => boolean;
type Transform = (asked: { value: unknown; key: string; obj: unknown; type: TransformationType }) => unknown;
type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

const plans = new Map<Type, Plan>();

export function planOf(type: Type): Plan {
  const known = plans.get(type);
  if (known) return known;
  const fields = fieldsOf(type);
  const plan = { type, fields, byName: new Map(fields.map((field) => [field.name, field])) };
  plans.set(type, plan);
  return plan;
}

function fieldsOf(type: Type): Field[] {
  const byName = new Map<string, Metadata[]>();
  for (const metadata of getMetadataStorage().getTargetValidationMetadatas(type, '', false, false)) {
    byName.set(metadata.propertyName, [...(byName.get(metadata.propertyName) ?? []), metadata]);
  }
  return [...byName].map(([name, found]) => fieldOf(type, name, found));
}

function fieldOf(type: Type, name: string, found: readonly Metadata[]): Field {
  const conditional = found.filter(({ type: kind }) => kind === ValidationTypes.CONDITIONAL_VALIDATION);
  const isOptional = ({ name: kind }: Metadata) => kind === 'isOptional';
  const declared = declaredType(type, name);
  return {
    name,
    declared,
    optional: conditional.some(isOptional),
    keepsNull: keptAsNull(type, name),
    conditions: conditional
      .filter((metadata) => !isOptional(metadata))
      .map(({ constraints }) => constraints[0] as Condition),
    transforms: transformStorage.defaultMetadataStorage
      .findTransformMetadatas(type, name, TransformationType.PLAIN_TO_CLASS)
      .map(({ transformFn }) => transformFn as Transform),
    // Decorators register from the bottom up; people read (and expect errors) from the top down.
    checks: found.filter(isCheck).reverse().flatMap(checksOf),
    nested: nestedOf(type, name, found, declared),
  };
}

const isCheck = ({ type }: Metadata) =>
  type === ValidationTypes.CUSTOM_VALIDATION || type === ValidationTypes.IS_DEFINED;

function checksOf(metadata: Metadata): Check[] {
  return getMetadataStorage()
    .getTargetValidatorConstraints(metadata.constraintCls)
    .map(({ instance, name, async }) => {
      if (async) throw new Error(`${metadata.propertyName}: asynchronous validators are not supported.`);
      const constraints = (metadata.constraints as readonly unknown[] | undefined) ?? [];
      const args = (value: unknown, object: object) => ({
        value,
        object,
        property: metadata.propertyName,
        constraints: constraints as unknown[],
        targetName: '',
      });
      const { code } = (metadata.context ?? {}) as { code?: string };
      return {
        name,
        code: code ?? codeOf(name),
        each: metadata.each,
        when: metadata.validateIf as Condition | undefined,
        constraints,
        passes: (value, object) => instance.validate(value, args(value, object)) === true,
        message: (value, object) => {
          const asked = args(value, object);
          const own = typeof metadata.message === 'function' ? metadata.message(asked) : metadata.message;
          return filled(own || (instance.defaultMessage?.(asked) ?? ''), metadata.propertyName, constraints);
        },
      };
    });
}

function nestedOf(type: Type, name: string, found: readonly Metadata[], declared: unknown) {
  const alternative = objectOf(type, name);
  if (alternative) return { plan: () => planOf(alternative()), many: false, onlyObjects: true };
  if (!found.some(({ type: kind }) => kind === ValidationTypes.NESTED_VALIDATION)) return undefined;
  const target = givenType(type, name) ?? (() => declared as Type);
  if (target() === Array || target() === Object) {
    throw new Error(`${type.name}.${name}: @ValidateNested needs @Type(() => TheClass) beside it.`);
  }
  const many = Reflect.getMetadata('design:type', type.prototype as object, name) === Array;
  return { plan: () => planOf(target()), many, onlyObjects: false };
}

function declaredType(type: Type, name: string): unknown {
  const written: unknown = Reflect.getMetadata('design:type', type.prototype as object, name);
  return written === Array ? Array : (givenType(type, name)?.() ?? written);
}

/** What `@Type(() => X)` says. */
function givenType(type: Type, name: string): (() => Type) | undefined {
  const found: unknown = transformStorage.defaultMetadataStorage.findTypeMetadata(type, name);
  return (found as { typeFunction?: () => Type } | undefined)?.typeFunction;
}

/** `isEmail` is `field.email`, `maxLength` is `field.max-length`. */
const codeOf = (name: string) =>
  `field.${name
    .replace(/^is(?=[A-Z])/, '')
    .replaceAll(/[A-Z]/g, (letter, at: number) => `${at > 0 ? '-' : ''}${letter.toLowerCase()}`)}`;

const filled = (message: string, property: string, constraints: readonly unknown[]) =>
  message
    .replaceAll('$property', property)
    .replaceAll(/\$constraint(\d+)/g, (_, index: string) => String(constraints[Number(index) - 1]));
