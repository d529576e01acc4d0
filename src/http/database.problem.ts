import { DomainError, unprocessable } from './domain.error.js';

/** Sockets that say that nobody is there. Providers' errors end in their channel: here it is the database. */
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
]);
/** What pg and its pool say without a code. */
const LOST =
  /^(Connection terminated|timeout (expired|exceeded when trying to connect)|Client has encountered a connection error|Query read timeout|Cannot use a pool after)/;
/** Shutting down, starting up, full, gone, closed to us, connection exceptions. */
const DOWN = /^(57P0[1-5]|53300|3D000|28...|08...)$/;
/**
 * Deadlock, serialization failure, lock or statement timeout, and a row that went (an erased person) between being
 * read and being referred to: the same again works, or says what is missing.
 */
const BUSY = new Set(['40001', '40P01', '55P03', '57014', '23503']);
/** Text that the database's encoding cannot hold. */
const UNSTORABLE = new Set(['22021', '22P05']);

/** What a database failure means to the caller; undefined when it is our mistake (or no database failure). */
export function databaseProblem(error: unknown): DomainError | undefined {
  const state = sqlStateOf(error);
  if (state !== undefined) {
    if (DOWN.test(state)) return unavailable(error);
    if (BUSY.has(state)) return busy(error);
    return UNSTORABLE.has(state) ? unstorable() : undefined;
  }
  return chainOf(error).some(isLost) ? unavailable(error) : undefined;
}

/** The SQLSTATE that Postgres gave, wherever it is wrapped. */
export function sqlStateOf(error: unknown): string | undefined {
  return chainOf(error).find(({ code, severity }) => severity !== undefined && typeof code === 'string')
    ?.code as string | undefined;
}

interface Link {
  readonly message?: unknown;
  readonly code?: unknown;
  readonly severity?: unknown;
}

/** An error, what it wraps and what caused it. */
function chainOf(error: unknown): Link[] {
  const links: Link[] = [];
  let next: unknown = error;
  while (typeof next === 'object' && next !== null && links.length < 10) {
    const { message, code, severity, driverError, cause, errors } = next as Record<string, unknown>;
    links.push({ message, code, severity });
    next = driverError !== next ? (driverError ?? cause) : cause;
    next ??= Array.isArray(errors) ? errors[0] : undefined;
  }
  return links;
}

const isLost = ({ message, code }: Link) =>
  (typeof code === 'string' && NETWORK.has(code)) || LOST.test(String(message));

const unavailable = (cause: unknown) =>
  new DomainError({
    status: 503,
    code: 'database.unavailable',
    detail:
      'The database cannot be reached at the moment. Repeat the request in a few seconds, with the same Idempotency-Key.',
    headers: { 'Retry-After': '2' },
    cause,
  });

const busy = (cause: unknown) =>
  new DomainError({
    status: 503,
    code: 'database.busy',
    detail: 'The database was too busy with the same rows; nothing was stored. Repeat the request.',
    headers: { 'Retry-After': '1' },
    cause,
  });

const unstorable = () =>
  unprocessable('text.unstorable', 'A text holds characters that cannot be stored (as NUL): remove them.');
