import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { DataSource, EntityManager } from 'typeorm';
import { Answer } from './answer.js';
import { sqlStateOf } from './database.problem.js';
import { DomainError, unprocessable } from './domain.error.js';

const KEPT = '72 hours';
const BATCH = 10_000;
const KEY = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;
const LOCK_NOT_AVAILABLE = '55P03';

interface Kept {
  readonly request_hash: string;
  readonly status: number;
  readonly body: unknown;
}

const described = ApiHeader({
  name: 'Idempotency-Key',
  required: false,
  description:
    'Makes the send safe to repeat: for 72 hours the same key with the same body is answered with the first ' +
    'answer and `Idempotency-Replayed: true`. A new UUID for each send is a good key.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
});

/** The request's Idempotency-Key, checked; undefined when it sends none. */
export const IdempotencyHeader = createParamDecorator(
  (_: unknown, context: ExecutionContext) => {
    const key = context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key'];
    return key === undefined ? undefined : checkedKey(String(key));
  },
  [
    (target, name) => {
      const method = name && Object.getOwnPropertyDescriptor(target, name);
      if (method) described(target, name, method);
    },
  ],
);

/** Makes a POST that sends safe to repeat: the key, the work and the answer are one transaction. */
@Injectable()
export class Idempotency {
  /**
   * Does the work once for each key of a caller, and gives its answer to every later request with that key.
   * A thrown error keeps nothing, since the caller's transaction is rolled back with it.
   */
  async run<T>(
    tx: EntityManager,
    caller: string,
    key: string | undefined,
    requestHash: string,
    work: () => Promise<{ status: number; body: T }>,
  ): Promise<Answer<T>> {
    if (key === undefined) {
      const { status, body } = await work();
      return new Answer(status, body);
    }
    if (!(await this.take(tx, caller, checkedKey(key), requestHash))) {
      return this.first<T>(tx, caller, key, requestHash);
    }
    const { status, body } = await work();
    await tx.query('UPDATE idempotency_keys SET status = $3, body = $4 WHERE caller = $1 AND key = $2', [
      caller,
      key,
      status,
      JSON.stringify(body),
    ]);
    return new Answer(status, body);
  }

  /** Forgets keys that are over 72 hours old; returns how many. */
  async forgetOld(db: DataSource): Promise<number> {
    let forgotten = 0;
    for (let found = BATCH; found === BATCH; forgotten += found) {
      const rows: unknown[] = await db.query(
        `WITH old AS (DELETE FROM idempotency_keys WHERE (caller, key) IN (
           SELECT caller, key FROM idempotency_keys WHERE created_at < now() - $1::interval LIMIT $2) RETURNING 1)
         SELECT 1 FROM old`,
        [KEPT, BATCH],
      );
      found = rows.length;
    }
    return forgotten;
  }

  /** True when the key is ours now. A rival that holds it is waited for, for three seconds. */
  private async take(tx: EntityManager, caller: string, key: string, requestHash: string): Promise<boolean> {
    try {
      // One round trip: the row to insert comes from the setting, so the setting is in force before the wait.
      const rows: unknown[] = await tx.query(
        `WITH patience AS MATERIALIZED (SELECT set_config('lock_timeout', '3s', true) AS set)
         INSERT INTO idempotency_keys (caller, key, request_hash)
         SELECT $1, $2, $3 FROM patience WHERE patience.set IS NOT NULL
         ON CONFLICT DO NOTHING RETURNING 1`,
        [caller, key, requestHash],
      );
      return rows.length > 0;
    } catch (error) {
      if (sqlStateOf(error) === LOCK_NOT_AVAILABLE) throw inProgress(error);
      throw error;
    }
  }

  private async first<T>(
    tx: EntityManager,
    caller: string,
    key: string,
    requestHash: string,
  ): Promise<Answer<T>> {
    const [kept]: Kept[] = await tx.query(
      'SELECT request_hash, status, body FROM idempotency_keys WHERE caller = $1 AND key = $2',
      [caller, key],
    );
    // Forgotten between the two statements: the client repeats and becomes the first.
    if (!kept) throw inProgress();
    if (kept.request_hash !== requestHash) throw reused();
    return new Answer(kept.status, kept.body as T, true);
  }
}

/** The same for the same request, however its JSON was written: keys in order, no blanks. */
export const hashOf = (route: string, body: unknown) =>
  createHash('sha256').update(route).update('\n').update(canonical(body)).digest('hex');

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  if (value instanceof Date) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`);
  return `{${fields.join(',')}}`;
}

function checkedKey(key: string): string {
  if (KEY.test(key)) return key;
  throw new DomainError({
    status: 400,
    code: 'idempotency.bad-key',
    detail:
      'The Idempotency-Key must be 1 to 255 printable ASCII characters: a UUID for each send is a good one.',
  });
}

const inProgress = (cause?: unknown) =>
  new DomainError({
    status: 409,
    code: 'idempotency.in-progress',
    detail: 'The first request with this Idempotency-Key is still at work: repeat it in a second.',
    headers: { 'Retry-After': '1' },
    cause,
  });

const reused = () =>
  unprocessable(
    'idempotency.key-reused',
    'This Idempotency-Key was used for another request within the last 72 hours: use a new key for a new send.',
  );
