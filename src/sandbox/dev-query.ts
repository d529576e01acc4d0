import { didYouMean } from '../http/closest.js';
import { DomainError, type FieldError } from '../http/domain.error.js';
import type { Scheme } from './mail-scheme.js';
import { type Channel, CHANNELS, type Direction, type MessageFilter } from './message.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1_000;
const MAX_WAIT_MS = 60_000;
const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000 };

export interface MessagesQuery {
  readonly filter: MessageFilter;
  readonly limit: number;
  /** Milliseconds. */
  readonly wait: number;
  readonly summary: boolean;
}

const DIRECTIONS = ['outbound', 'inbound', 'reply'] as const;
const isDirection = (value: string): value is Direction => DIRECTIONS.includes(value as Direction);

const isChannel = (value: string): value is Channel => CHANNELS.includes(value as Channel);

class Unreadable extends Error {}

/** Each parameter: how it is read, or an Unreadable whose message completes "name ...". */
const readers = {
  channel: (value: string) => {
    if (isChannel(value)) return value;
    throw new Unreadable(`must be ${CHANNELS.join(', ')}, not "${value}".${didYouMean(value, CHANNELS)}`);
  },
  direction: (value: string) => {
    if (isDirection(value)) return value;
    throw new Unreadable(`must be ${DIRECTIONS.join(', ')}, not "${value}".${didYouMean(value, DIRECTIONS)}`);
  },
  // A plus sign that nobody escaped arrives as a blank.
  to: (value: string) => value.trim().replace(/^(?=\d{7,15}$)/, '+'),
  since: (value: string) => {
    const time = /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value.replace(' ', '+')) : NaN;
    if (Number.isNaN(time)) throw new Unreadable('must be a time in ISO 8601, as 2026-01-03T10:00:00Z');
    return time;
  },
  type: (value: string) => {
    if (/^[\w.-]{1,64}$/.test(value)) return value;
    throw new Unreadable(`must be the name of a notification type, as order_confirmed, not "${value}"`);
  },
  contains: (value: string) => value,
  limit: (value: string) => {
    const limit = /^\d{1,6}$/.test(value) ? Number(value) : NaN;
    if (limit >= 1 && limit <= MAX_LIMIT) return limit;
    throw new Unreadable(`must be a whole number from 1 to ${MAX_LIMIT}, not "${value}"`);
  },
  wait: (value: string) => {
    const [, number, unit = 's'] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m)?$/.exec(value) ?? [];
    const wait = Number(number) * (UNITS[unit] ?? NaN);
    if (wait <= MAX_WAIT_MS) return wait;
    throw new Unreadable(`must be a time of at most 60s, as 10s or 500ms, not "${value}"`);
  },
  scheme: (value: string): Scheme => {
    if (value === 'light' || value === 'dark') return value;
    throw new Unreadable(`must be light or dark, not "${value}"`);
  },
  summary: (value: string) => {
    if (value === 'true' || value === 'false') return value === 'true';
    throw new Unreadable(`must be true or false, not "${value}"`);
  },
};

type Name = keyof typeof readers;
type Read = { [K in Name]?: ReturnType<(typeof readers)[K]> };

const LIST = (Object.keys(readers) as Name[]).filter((name) => name !== 'scheme');
const FILTERS: readonly Name[] = ['channel', 'to', 'since', 'direction', 'type'];

export function messagesQuery(query: URLSearchParams): MessagesQuery {
  const { limit = DEFAULT_LIMIT, wait = 0, summary = false, ...filter } = read(query, LIST);
  return { filter, limit, wait, summary };
}

/** For what takes a filter only. */
export function filterQuery(query: URLSearchParams): MessageFilter {
  return read(query, FILTERS);
}

/** How a mail is to be shown, if somebody says. */
export const schemeIn = (query: URLSearchParams): Scheme | undefined => read(query, ['scheme']).scheme;

function read(query: URLSearchParams, allowed: readonly Name[]): Read {
  const errors: FieldError[] = [];
  const values: Partial<Record<Name, unknown>> = {};
  for (const given of new Set(query.keys())) {
    const name = allowed.find((known) => known === given);
    const problem = name ? readInto(values, name, query.getAll(name)) : unknown(given, allowed);
    if (problem) errors.push(problem);
  }
  if (values.type !== undefined && values.channel === 'sms') {
    errors.push(
      problem(
        'type',
        'field.invalid',
        'is known of mails and pushes only; look for the words of a text by contains',
      ),
    );
  }
  if (errors.length === 0) return values as Read;
  const detail = errors.map((error) => error.detail).join('; ');
  throw new DomainError({ status: 400, code: 'query.invalid', detail, errors });
}

function readInto(
  values: Partial<Record<Name, unknown>>,
  name: Name,
  given: string[],
): FieldError | undefined {
  const [value = '', ...more] = given;
  if (more.length > 0) return problem(name, 'field.repeated', 'may be given once only');
  if (value === '') return undefined;
  try {
    values[name] = readers[name](value);
    return undefined;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return problem(name, 'field.invalid', error.message);
  }
}

function unknown(given: string, allowed: readonly Name[]): FieldError {
  return problem(given, 'field.unknown', `is not known here.${didYouMean(given, allowed)}`);
}

function problem(name: string, code: string, what: string): FieldError {
  return { pointer: `/${name}`, code, detail: `${name} ${what}` };
}
