import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { setImmediate as breath } from 'node:timers/promises';
import { DataSource, type EntityManager } from 'typeorm';
import { Gate } from '../channels/gate.js';
import { Repeated } from '../channels/repeated.js';
import { AppSettings } from '../config/app.settings.js';
import { rowsOf } from '../deliveries/rows.js';
import { NO_CHOICES } from '../preferences/choices.js';
import { PreferencesService } from '../preferences/preferences.service.js';
import { UsersService } from '../users/users.service.js';
import { BulkService } from './bulk.service.js';
import type { RejectedRecipient } from './bulk.view.js';
import { Composer, type Draft, type Told } from './composer.js';
import { NotificationWriter, type Written } from './notification.writer.js';
import { References } from './references.js';

const EVERY = 500;
const CHUNK = 500;
/** People after whom whatever else is to be done has its turn. */
const AT_A_STRETCH = 25;
/** While so many deliveries wait, no more are written: a table that grows without bounds helps nobody. */
const FULL = 500_000;
/** Chunks between two looks at how many wait. */
const CHUNKS = 20;
/** Bulk sends that a process expands side by side: while the rows of one are written, the next is worded. */
const LANES = 2;

interface Chunk {
  readonly id: string;
  readonly type: string;
  readonly context: Record<string, unknown>;
  readonly user_ids: string[];
}

const WAITING = `status = 'pending' AND (lease_until IS NULL OR lease_until < now())`;

/* The row stays locked until the chunk is committed: a second process takes another campaign, or waits a turn. */
const TAKE = `
  SELECT id, type, context, (SELECT coalesce(jsonb_agg(u.id ORDER BY u.place), '[]')
           FROM jsonb_array_elements_text(user_ids) WITH ORDINALITY AS u(id, place)
          WHERE u.place > cursor AND u.place <= cursor + ${CHUNK}) AS user_ids
    FROM bulk_sends WHERE ${WAITING} ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED`;

/* One that fails lets the others go first. */
const PUT_OFF = `UPDATE bulk_sends SET lease_until = now() + interval '30 seconds' WHERE id = $1`;

const ADVANCE = `
  UPDATE bulk_sends SET cursor = cursor + $2, rejected = rejected || $3::jsonb,
         status = CASE WHEN cursor + $2 >= total THEN 'done' ELSE status END,
         finished_at = CASE WHEN cursor + $2 >= total THEN now() END
   WHERE id = $1`;

/** Turns bulk sends into notifications, a chunk and its cursor in one transaction: never lost, never doubled. */
@Injectable()
export class BulkExpander implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Bulk');
  private stopping = false;
  private readonly rounds = new Repeated(
    () => this.expand(),
    EVERY,
    (error) => this.logger.error(`A chunk failed and is tried again: ${error.message}`),
  );

  constructor(
    private readonly database: DataSource,
    private readonly app: AppSettings,
    private readonly bulks: BulkService,
    private readonly users: UsersService,
    private readonly preferences: PreferencesService,
    private readonly composer: Composer,
    private readonly writer: NotificationWriter,
    private readonly gate: Gate,
    private readonly references: References,
  ) {}

  onApplicationBootstrap(): void {
    if (this.app.role !== 'api') this.rounds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.rounds.stop();
  }

  /** Chunk after chunk, while there are some and there is room. */
  async expand(): Promise<void> {
    while ((await this.isWaiting()) && (await this.hasRoom())) {
      const lanes = await Promise.allSettled(Array.from({ length: LANES }, () => this.lane()));
      for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason as Error;
      if (!lanes.some((lane) => lane.status === 'fulfilled' && lane.value)) return;
    }
  }

  /** Some chunks, one after another. False when others have all that waits in their hands. */
  private async lane(): Promise<boolean> {
    for (let chunk = 0; chunk < CHUNKS; chunk += 1) {
      if (this.stopping || !(await this.chunk())) return false;
    }
    return true;
  }

  private async hasRoom(): Promise<boolean> {
    return (await this.gate.waiting(FULL)) < FULL;
  }

  private async isWaiting(): Promise<boolean> {
    const answer: unknown = await this.database.query(`SELECT 1 FROM bulk_sends WHERE ${WAITING} LIMIT 1`);
    return rowsOf(answer).length > 0;
  }

  /** False when others have all that waits in their hands. */
  private async chunk(): Promise<boolean> {
    let id: string | undefined;
    try {
      const references = await this.references.take(CHUNK, new Date());
      const written = await this.database.transaction(async (tx) => {
        const [chunk] = rowsOf<Chunk>(await tx.query<unknown>(TAKE));
        id = chunk?.id;
        return chunk ? this.write(tx, chunk, references) : [];
      });
      for (const each of written) this.writer.announce(each);
      return id !== undefined;
    } catch (error) {
      if (id !== undefined) await this.database.query(PUT_OFF, [id]);
      throw error;
    }
  }

  private async write(tx: EntityManager, chunk: Chunk, references: readonly string[]): Promise<Written[]> {
    const told = await this.bulks.toldBy(chunk.type, chunk.context, chunk.id);
    const { drafts, rejected } = await this.drafts(tx, told, chunk.user_ids, references);
    const written = await this.writer.write(tx, drafts);
    await tx.query(ADVANCE, [chunk.id, chunk.user_ids.length, JSON.stringify(rejected)]);
    return written;
  }

  /** One person's trouble is theirs alone: it is written down and the others go on. */
  private async drafts(tx: EntityManager, told: Told, ids: readonly string[], references: readonly string[]) {
    const people = await this.users.findMany(ids, tx);
    const [choices, suppressed] = [
      await this.preferences.choicesOf(ids, tx),
      await this.composer.suppressedOf(people, tx),
    ];
    const byId = new Map(people.map((person) => [person.id, person]));
    const drafts: Draft[] = [];
    const rejected: RejectedRecipient[] = [];
    for (const [index, id] of ids.entries()) {
      if (index % AT_A_STRETCH === 0) await breath();
      const person = byId.get(id);
      const chosen = choices.get(id) ?? NO_CHOICES;
      try {
        if (!person) throw new Error('The person is no longer known.');
        const reference = references[index] ?? '';
        drafts.push(await this.composer.compose(told, person, chosen, suppressed, reference, new Date()));
      } catch (error) {
        rejected.push({ user_id: id, code: 'bulk.not-composed', detail: (error as Error).message });
      }
    }
    return { drafts, rejected };
  }
}
