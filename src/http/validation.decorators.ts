import type { Type } from '@nestjs/common';
import { isISO8601, ValidateBy } from 'class-validator';

const OBJECT_OF = 'http:object-of';
const KEPT_AS_NULL = 'http:kept-as-null';

/** An object given here is read as the class; any other value is left to the decorators beside it. */
export const ObjectAs =
  (type: () => Type): PropertyDecorator =>
  (target, name) => {
    Reflect.defineMetadata(OBJECT_OF, type, target, name);
  };

/** On an optional field: null stays null ("clear it"). Without this, null reads as absent. */
export const KeepNull = (): PropertyDecorator => (target, name) => {
  Reflect.defineMetadata(KEPT_AS_NULL, true, target, name);
};

/** A day or a moment. ISO 8601 also knows weeks and ordinal days, which neither JavaScript nor Postgres reads. */
export const IsMoment = () =>
  ValidateBy({
    name: 'instant',
    validator: {
      validate: (value) => isISO8601(value, { strict: true }) && !Number.isNaN(+new Date(value as string)),
      defaultMessage: () => '$property must be a day or a moment, as 2026-01-05 or 2026-01-05T09:30:00+05:30',
    },
  });

export const objectOf = (type: Type, name: string) =>
  Reflect.getMetadata(OBJECT_OF, type.prototype as object, name) as (() => Type) | undefined;

export const keptAsNull = (type: Type, name: string) =>
  Reflect.getMetadata(KEPT_AS_NULL, type.prototype as object, name) === true;
