/** The parts of an OpenAPI document that tests look at. */
export interface Description {
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Schemas };
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
  readonly 'x-allowed': readonly { readonly to: string }[];
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly example?: string;
  readonly schema: Schema;
}

export type Route = Operation & { readonly method: string; readonly path: string };

type Content = Readonly<Record<string, { readonly schema?: Schema; readonly examples?: Examples }>>;
type Examples = Readonly<Record<string, { readonly value: unknown }>>;

type Schemas = Readonly<Record<string, Schema>>;

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly nullable?: boolean;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Schemas;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly example?: unknown;
}

export const routesOf = ({ paths }: Description): Route[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ ...operation, method, path })),
  );

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: (value) => Number.isSafeInteger(value),
  boolean: (value) => typeof value === 'boolean',
  array: (value) => Array.isArray(value),
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** Where a value is not what its schema says, and where it has something that its schema does not mention. */
export function differences(value: unknown, schema: Schema, schemas: Schemas, at = ''): string[] {
  if (schema.$ref !== undefined) {
    const named = schemas[schema.$ref.replace('#/components/schemas/', '')];
    return named ? differences(value, named, schemas, at) : [`${at}: ${schema.$ref} is missing`];
  }
  if (value === null && schema.nullable) return [];
  const { type = '', items = {}, allOf } = schema;
  if (TYPES[type]?.(value) !== true) return [`${at}: ${JSON.stringify(value)} is no ${type || 'known type'}`];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => differences(item, items, schemas, `${at}/${index}`));
  }
  if (type !== 'object') return textDifferences(value, schema, at);
  if (allOf) return allOf.flatMap((whole) => differences(value, whole, schemas, at));
  return fieldDifferences(value as Fields, schema, schemas, at);
}

function textDifferences(value: unknown, { format, enum: allowed }: Schema, at: string): string[] {
  if (allowed && !allowed.includes(value))
    return [`${at}: ${String(value)} is none of ${allowed.join(', ')}`];
  const isMoment = format !== 'date-time' || !Number.isNaN(Date.parse(String(value)));
  return isMoment ? [] : [`${at}: ${String(value)} is no moment`];
}

type Fields = Readonly<Record<string, unknown>>;

function fieldDifferences(
  value: Fields,
  { properties = {}, required = [], additionalProperties = false }: Schema,
  schemas: Schemas,
  at: string,
): string[] {
  const missing = required.filter((name) => !(name in value)).map((name) => `${at}/${name} is missing`);
  const found = Object.entries(value).flatMap(([name, field]) => {
    const schema = properties[name] ?? additionalProperties;
    if (schema === true) return [];
    return schema === false
      ? [`${at}/${name} is not described`]
      : differences(field, schema, schemas, `${at}/${name}`);
  });
  return [...missing, ...found];
}
