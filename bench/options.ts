import { parseArgs } from 'node:util';

export interface Options {
  readonly users: number;
  readonly sockets: number;
  readonly history: number;
  readonly notifications: number;
  readonly concurrency: number;
  readonly atMost: number;
  readonly rate: number;
  readonly seconds: number;
  readonly warmUp: number;
  readonly types: readonly string[];
  readonly roles: readonly string[];
  readonly redis: boolean;
  readonly fsync: boolean;
  readonly keys: boolean;
  /** People told by bulk sends, instead of all else. */
  readonly bulk: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly floor: boolean;
  readonly profile: boolean;
  readonly json: boolean;
}

/** What is wrong with the command line, or its help: said, and the end. */
export class Usage extends Error {
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

const HELP = `npm run bench -- [options]

Starts a Postgres, a Redis, a carrier and mailbox, and the service, all of its own; sends notifications;
finds each one again on the phone, in the mailbox and in the browser. Exits with 1 if one is lost or doubled.

  --notifications N   flat out: so many, as fast as they are taken (4000; 0: leave out)
  --concurrency N     flat out: requests at once (64)
  --at-most N         flat out: no longer than so many seconds (20)
  --rate N            steady: notifications each second (100; 0: leave out)
  --seconds N         steady: for so long (10)
  --warm-up N         before, and not counted (600)
  --users N           people, with consent to texts (500)
  --sockets N         of them have a browser open (all)
  --history N         deliveries of the past that are in the tables already (0)
  --types a,b         mixed in turn (order_confirmed, order_out_for_delivery, order_delivered, payment_completed)
  --roles a,b         a process for each: all, api, worker (all)
  --bulk N            instead of all that: so many people told by bulk sends of 10,000, until all is planned
  --keys              each request with an Idempotency-Key
  --set NAME=VALUE    a setting of the service, as in .env; may be repeated
  --no-redis          deliveries are dispatched in the process
  --no-fsync          Postgres does not wait for the disk: what is left is the work of the processors
  --floor             also measures bare node:http, pg and Bull doing the same, and compares
  --profile           also says where the service spends its CPU; the profiles are kept in .data/bench
  --json              the figures as JSON on stdout
`;

const text = (fallback: string) => ({ type: 'string', default: fallback }) as const;
const flag = { type: 'boolean', default: false } as const;

const OPTIONS = {
  notifications: text('4000'),
  concurrency: text('64'),
  'at-most': text('20'),
  rate: text('100'),
  seconds: text('10'),
  'warm-up': text('600'),
  users: text('500'),
  sockets: { type: 'string' },
  history: text('0'),
  types: text('order_confirmed,order_out_for_delivery,order_delivered,payment_completed'),
  roles: text('all'),
  bulk: text('0'),
  keys: flag,
  set: { type: 'string', multiple: true, default: [] as string[] },
  'no-redis': flag,
  'no-fsync': flag,
  floor: flag,
  profile: flag,
  json: flag,
  help: flag,
} as const;

export function optionsOf(args: string[]): Options {
  const values = parsed(args);
  if (values.help) throw new Usage(HELP, 0);
  const bulk = count('bulk', values.bulk, 0, 1_000_000);
  const mostSockets = bulk > 0 ? 0 : 20_000;
  const users = Math.max(count('users', values.users, 1, 1_000_000), bulk);
  return {
    users,
    sockets: count(
      'sockets',
      values.sockets ?? String(Math.min(users, mostSockets)),
      0,
      Math.min(users, mostSockets),
    ),
    history: count('history', values.history, 0, 100_000_000),
    notifications: count('notifications', values.notifications, 0, 1_000_000),
    concurrency: count('concurrency', values.concurrency, 1, 1000),
    atMost: count('at-most', values['at-most'], 1, 3600),
    rate: count('rate', values.rate, 0, 10_000),
    seconds: count('seconds', values.seconds, 1, 3600),
    warmUp: count('warm-up', values['warm-up'], 0, 100_000),
    types: list('types', values.types, /^[a-z_]+$/),
    roles: list('roles', values.roles, /^(all|api|worker)$/),
    redis: !values['no-redis'],
    fsync: !values['no-fsync'],
    keys: values.keys,
    bulk,
    settings: Object.fromEntries(values.set.map(settingOf)),
    floor: values.floor,
    profile: values.profile,
    json: values.json,
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new Usage(`${(error as Error).message}\n\n${HELP}`, 2);
  }
}

function count(name: string, value: string, min: number, max: number): number {
  const number = /^\d+$/.test(value) ? Number(value) : NaN;
  if (number >= min && number <= max) return number;
  throw new Usage(`--${name} must be a whole number from ${min} to ${max}, not "${value}".`, 2);
}

function list(name: string, value: string, form: RegExp): string[] {
  const words = value.split(',').map((word) => word.trim());
  const wrong = words.find((word) => !form.test(word));
  if (wrong === undefined) return words;
  throw new Usage(`--${name} cannot be "${wrong}".`, 2);
}

function settingOf(text: string): [string, string] {
  const [, name = '', value = ''] = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(text) ?? [];
  if (name !== '') return [name, value];
  throw new Usage(`--set must be NAME=VALUE, not "${text}".`, 2);
}
