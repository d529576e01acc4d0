import { didYouMean } from '../http/closest.js';
import { DomainError, type FieldError } from '../http/domain.error.js';
import { isTextError } from './text-errors.js';
import { FAULTS, type Group, NOTHING_WRONG, type Plan } from './behaviour.js';

const GROUPS = Object.keys(FAULTS) as Group[];
const MOST_SEED = 100;

class Unreadable extends Error {}

type Reader = (value: unknown) => unknown;

const whole =
  (max: number): Reader =>
  (value) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) return value;
    throw new Unreadable(`must be a whole number from 0 to ${max}`);
  };

/** Each field: its name in the plan, and how it is read, or an Unreadable whose message completes "name ...". */
const FIELDS: Readonly<Record<string, readonly [keyof Plan, Reader]>> = {
  seed: [
    'seed',
    (value) => {
      if (typeof value === 'string' && value.length <= MOST_SEED) return value;
      throw new Unreadable(`must be a text of at most ${MOST_SEED} characters`);
    },
  ],
  most: ['most', (value) => (value === null ? null : whole(1000)(value))],
  retry_after: ['retryAfter', whole(3600)],
  late_ms: ['lateMs', whole(60_000)],
  unauthorized: ['unauthorized', yesOrNo],
  fail_next: ['failNext', (value) => (value === null ? null : failuresOf(value))],
  delay_ms: ['delayMs', whole(60_000)],
  opt_outs: ['optOuts', yesOrNo],
  ...Object.fromEntries(GROUPS.map((group) => [group, [group, ratesOf(group)] as const])),
};

/** Reads the body of `PUT /api/dev/behaviour`. What it leaves out does not go wrong. */
export function planOf(body: string): Plan {
  const errors: FieldError[] = [];
  const plan: Record<string, unknown> = { ...NOTHING_WRONG };
  for (const [name, value] of Object.entries(objectOf(body))) {
    const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    try {
      if (!field) throw new Unreadable(`is not known here.${didYouMean(name, Object.keys(FIELDS))}`);
      plan[field[0]] = field[1](value);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      errors.push({ pointer: `/${name}`, code: 'field.invalid', detail: `${name} ${error.message}` });
    }
  }
  if (errors.length === 0) return plan as unknown as Plan;
  const detail = errors.map((error) => error.detail).join('; ');
  throw new DomainError({ status: 422, code: 'behaviour.invalid', detail, errors });
}

/** The same names as they are written: what `GET /api/dev/behaviour` answers. */
export function planView(plan: Plan): object {
  return Object.fromEntries(
    Object.entries(FIELDS).flatMap(([name, [field]]) =>
      plan[field] === undefined ? [] : [[name, plan[field]]],
    ),
  );
}

function yesOrNo(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new Unreadable('must be true or false');
}

function failuresOf(value: unknown): Plan['failNext'] {
  const { count, code, ...more } = isObject(value) ? (value as Record<string, unknown>) : {};
  if (Object.keys(more).length > 0 || count === undefined || code === undefined) {
    throw new Unreadable('must be null or an object like {"count": 3, "code": 30003}');
  }
  if (!isTextError(code)) {
    throw new Unreadable('needs a code that GET /api/dev/behaviour/codes knows, as 30003 or 21610');
  }
  const failures = whole(1000)(count) as number;
  return failures === 0 ? null : { count: failures, code };
}

function ratesOf(group: Group): Reader {
  const known: readonly string[] = FAULTS[group];
  return (value) => {
    if (!isObject(value)) throw new Unreadable('must be an object of shares, as {"lost": 0.1}');
    const rates = Object.entries(value);
    const unknown = rates.find(([name]) => !known.includes(name))?.[0];
    if (unknown !== undefined) {
      throw new Unreadable(`does not know ${unknown}.${didYouMean(unknown, known)}`);
    }
    const wrong = rates.find(([, rate]) => typeof rate !== 'number' || !(rate >= 0 && rate <= 1))?.[0];
    if (wrong !== undefined) throw new Unreadable(`needs a share from 0 to 1 for ${wrong}`);
    const sum = rates.reduce((total, [, rate]) => total + (rate as number), 0);
    // A little more is how fractions add up.
    if (sum > 1.000_001) throw new Unreadable('has shares that are more than 1 together');
    return value;
  };
}

function objectOf(body: string): object {
  try {
    const value: unknown = JSON.parse(body);
    if (isObject(value)) return value;
  } catch {
    // The same answer.
  }
  const detail = 'The body must be a JSON object, as {"texts": {"error_after": 0.1}}; {} mends everything.';
  throw new DomainError({ status: 400, code: 'body.not-json', detail });
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
