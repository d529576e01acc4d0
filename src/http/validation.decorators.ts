import type { Type } from '@nestjs/common';

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

export const objectOf = (type: Type, name: string) =>
  Reflect.getMetadata(OBJECT_OF, type.prototype as object, name) as (() => Type) | undefined;

export const keptAsNull = (type: Type, name: string) =>
  Reflect.getMetadata(KEPT_AS_NULL, type.prototype as object, name) === true;
