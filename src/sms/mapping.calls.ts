import http from 'node:http';
import type { AnswerMapping, CallMapping } from './mapping.js';

/** What placeholders are filled with. */
export type Values = Readonly<Record<string, string>>;

/** What an answer says, by the paths of its mapping; empty where it says nothing. */
export interface Answered {
  readonly id: string;
  readonly status: string;
  readonly code: string;
  readonly message: string;
  /** Whether it means yes; undefined where the mapping leaves that to the id. */
  readonly accepted: boolean | undefined;
}

const PLACEHOLDER = /\{([a-z_]+)\}/g;
const ALONE = /^\{([a-z_]+)\}$/;

/** The request that a mapping and these values make. @throws TypeError for a value that cannot stand in a header. */
export function requestOf(call: CallMapping, values: Values) {
  const url = new URL(filled(call.url, values, encodeURIComponent));
  const body = call.body && bodyOf(call.body, values);
  const target: http.RequestOptions = {
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    path: url.pathname + url.search,
    method: call.method,
    headers: {
      accept: 'application/json, */*',
      ...(body && { 'content-type': body.type, 'content-length': Buffer.byteLength(body.text) }),
      ...headersOf(call.headers, values),
    },
  };
  return { target, body: body?.text };
}

/** A header holds a single line of Latin letters; what is more would be another header, or break off the call. */
function headersOf(headers: CallMapping['headers'], values: Values): Record<string, string> {
  const full = deep(headers, values) as Record<string, string>;
  for (const [name, value] of Object.entries(full)) http.validateHeaderValue(name, value);
  return full;
}

function bodyOf({ form, fields }: NonNullable<CallMapping['body']>, values: Values) {
  const full = deep(fields, values);
  if (form === 'json') return { type: 'application/json', text: JSON.stringify(full) };
  const pairs = Object.entries(full as object).map(([name, value]) => [name, String(value)]);
  return {
    type: 'application/x-www-form-urlencoded',
    text: new URLSearchParams(pairs as [string, string][]).toString(),
  };
}

/** Fills every text of a value. A field that is nothing but a placeholder without a value is left out. */
function deep(value: unknown, values: Values): unknown {
  if (typeof value === 'string') return filled(value, values);
  if (Array.isArray(value)) return value.map((one: unknown) => deep(one, values));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, one]) => !isEmpty(one, values));
  return Object.fromEntries(fields.map(([name, one]) => [name, deep(one, values)]));
}

function isEmpty(value: unknown, values: Values): boolean {
  const name = typeof value === 'string' ? ALONE.exec(value)?.[1] : undefined;
  return name !== undefined && (values[name] ?? '') === '';
}

const filled = (text: string, values: Values, write: (value: string) => string = String) =>
  text.replaceAll(PLACEHOLDER, (_, name: string) => write(values[name] ?? ''));

/** What an answer says; undefined where it cannot be read. */
export function answered(text: string, mapping: AnswerMapping): Answered | undefined {
  const value = parsed(text, mapping);
  if (value === undefined) return undefined;
  const { accepted } = mapping;
  return {
    id: textAt(value, mapping.id),
    status: textAt(value, mapping.status),
    code: textAt(value, mapping.code),
    message: textAt(value, mapping.message),
    accepted: accepted && accepted.is.includes(textAt(value, accepted.at)),
  };
}

/** The text or number at a path; empty where there is none. */
export function textAt(value: unknown, path: string): string {
  const found = path === '' ? undefined : valueAt(value, path);
  return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean'
    ? String(found)
    : '';
}

/** Own fields only: a path must not reach for a prototype. */
export const valueAt = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (at, name) =>
        typeof at === 'object' && at !== null && Object.hasOwn(at, name)
          ? (at as Record<string, unknown>)[name]
          : undefined,
      value,
    );

function parsed(text: string, { format, separator }: AnswerMapping): object | undefined {
  if (format === 'text') return text.trim() === '' ? undefined : text.trim().split(separator);
  if (format === 'form') return Object.fromEntries(new URLSearchParams(text.trim()));
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
