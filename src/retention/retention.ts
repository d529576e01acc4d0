import { setTimeout as rest } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { DataSource } from 'typeorm';
import { type Counts, type Queryable, Retained, type Term, TERMS } from './retained.js';
import { RetentionSettings } from './retention.settings.js';
import { RowsCleared } from './rows-cleared.event.js';

/** Any number, as long as nobody else locks by it in this database. */
const LOCK = 1_795_723_200;
/** After each batch it rests at least so many milliseconds, and so many times as long as the batch took. */
const LEAST_REST = 20;
const RESTS = 4;

/** Rows by term and table. */
export type Cleared = Record<Term, Counts>;

interface Clearing {
  /** Told after each batch what has been done so far. */
  readonly tell?: (soFar: Cleared) => void;
  /** Ends it after the batch under way. */
  readonly signal?: AbortSignal;
}

/** Takes away what has been kept long enough: knows how long, and no table; each owner says what that is for theirs. */
@Injectable()
export class Retention {
  private found: readonly Retained[] | undefined;

  constructor(
    private readonly database: DataSource,
    private readonly discovery: DiscoveryService,
    private readonly settings: RetentionSettings,
    private readonly events: EventEmitter2,
  ) {}

  /** In days; 0 means for ever. */
  daysOf(term: Term): number {
    return term === 'content' ? this.settings.contentDays : this.settings.metadataDays;
  }

  /** How much is due at this moment. Reads whole tables where they have no index for it. */
  async due(): Promise<Cleared> {
    const due = { content: {}, metadata: {} };
    for (const { term, days, owner } of this.tasks()) {
      due[term] = added(due[term], await owner.due(term, this.database.manager, days));
    }
    return due;
  }

  /**
   * Takes what is due, the oldest first, in small batches with pauses in which deliveries have the database. One in
   * all processes does it at a time: null when another one is at it.
   */
  async clear(clearing: Clearing = {}): Promise<Cleared | null> {
    const runner = this.database.createQueryRunner();
    try {
      // The lock hangs on this connection: whoever dies in the middle lets go of it.
      const [lock] = await runner.manager.query<{ got: boolean }[]>(
        'SELECT pg_try_advisory_lock($1) AS got',
        [LOCK],
      );
      if (!lock?.got) return null;
      try {
        return await this.clearAll(runner.manager, clearing);
      } finally {
        await runner.manager.query('SELECT pg_advisory_unlock($1)', [LOCK]);
      }
    } finally {
      await runner.release();
    }
  }

  private async clearAll(on: Queryable, { tell, signal }: Clearing): Promise<Cleared> {
    const soFar: Cleared = { content: {}, metadata: {} };
    for (const { term, days, owner } of this.tasks()) {
      while (!signal?.aborted) {
        const begun = performance.now();
        const taken = await owner.take(term, on, days);
        if (Object.values(taken).every((count) => count === 0)) break;
        soFar[term] = added(soFar[term], taken);
        this.announce(term, taken);
        tell?.(soFar);
        await restFor((performance.now() - begun) * RESTS, signal);
      }
    }
    return soFar;
  }

  /** The words of everybody before the rows of anybody. */
  private tasks() {
    return TERMS.flatMap((term) => {
      const days = this.daysOf(term);
      return days === 0 ? [] : this.owners().map((owner) => ({ term, days, owner }));
    });
  }

  private announce(term: Term, taken: Counts): void {
    for (const [table, count] of Object.entries(taken)) {
      if (count > 0) this.events.emit(RowsCleared.name, new RowsCleared(term, table, count));
    }
  }

  private owners(): readonly Retained[] {
    this.found ??= this.discovery
      .getProviders()
      .map(({ instance }): unknown => instance)
      .filter((instance) => instance instanceof Retained);
    return this.found;
  }
}

function added(sum: Counts, more: Counts): Counts {
  const grown = Object.entries(more).map(([table, count]) => [table, (sum[table] ?? 0) + count] as const);
  return { ...sum, ...Object.fromEntries(grown) };
}

async function restFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  const options = signal ? { signal } : {};
  await rest(Math.max(LEAST_REST, milliseconds), undefined, options).catch(() => undefined);
}
