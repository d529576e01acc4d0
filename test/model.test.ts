import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataSourceOf } from '../src/database/data-source.js';
import type { Status } from '../src/deliveries/status.js';
import { Carrier, type Fate } from './model/carrier.js';
import { type Event, type Transition, violations } from './model/history.js';
import { type CallEnd, Instance, type World } from './model/instance.js';
import { createTestDatabase, type TestDatabase } from './support/databases.js';

/** The deliveries of a run, and what each promises when an answer is lost. */
const GUARANTEES = ['at_least_once', 'at_most_once', 'at_least_once'] as const;

const on = fc.constantFrom<0 | 1>(0, 1);
const which = fc.nat(GUARANTEES.length - 1);
const fates = fc.constantFrom<Fate>('delivered', 'failed', 'given back');
const ends = fc.constantFrom<CallEnd>(
  'accepted',
  'answer lost',
  'lost before',
  'refused',
  'content',
  'not called',
  'dies',
);

/** One move of one of two instances, or of the world around them. */
const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('claim' as const), on, which }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('call' as const), on, end: ends, fate: fates }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('settle' as const), on }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('settle again' as const), on }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('report' as const),
      on,
      which,
      attempt: fc.integer({ min: 1, max: 4 }),
      word: fc.nat(2),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lease ends' as const), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reap' as const), on }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('ask' as const), on }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('retry' as const), on, which, force: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), on, which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire' as const), on, which }) },
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

/** Moves in one round happen at once, and Postgres decides. */
const schedule = fc.array(fc.array(command, { minLength: 1, maxLength: 4 }), { minLength: 5, maxLength: 30 });

interface Row {
  id: string;
  notification_id: string;
  status: Status;
  attempt: number;
}

class Run {
  readonly world: World = { carrier: new Carrier(), events: [] as Event[], over: new Set() };
  private readonly instances: readonly [Instance, Instance];
  private rows: Row[] = [];

  constructor(private readonly databases: readonly [DataSource, DataSource]) {
    this.instances = [new Instance(databases[0], this.world), new Instance(databases[1], this.world)];
  }

  async open(): Promise<void> {
    for (const guarantee of GUARANTEES) {
      const [id, notification] = [v7(), v7()];
      await this.databases[0].query(
        `WITH n AS (INSERT INTO notifications (id, reference, user_id, type, category, title, message, locale)
           VALUES ($2::uuid, $2::uuid::text, 'model', 'general', 'general', '', '', 'en'))
         INSERT INTO deliveries (id, notification_id, user_id, type, category, channel, address, status, guarantee)
         VALUES ($1, $2::uuid, 'model', 'general', 'general', 'model', 'x', 'pending', $3)`,
        [id, notification, guarantee],
      );
      this.rows.push({ id, notification_id: notification, status: 'pending', attempt: 0 });
    }
  }

  async round(commands: readonly Command[]): Promise<void> {
    await Promise.all(commands.map((one) => this.perform(one)));
  }

  /** The world goes on until nothing is open; whatever then is open still has nobody to move it. */
  async finish(): Promise<void> {
    for (let round = 0; round < 20 && (await this.isOpen()); round += 1) {
      for (const [index, { id, attempt }] of this.rows.entries()) {
        const on = index % 2 === 0 ? 0 : 1;
        await this.round([{ do: 'claim', on, which: index }]);
        await this.round([{ do: 'call', on, end: 'accepted', fate: 'delivered' }]);
        for (let n = 1; n <= attempt; n += 1) await this.instances[on].report(id, n, 2);
      }
      for (const instance of this.instances) while (instance.hands.length > 0) await this.empty(instance);
      await this.instances[0].expire();
      for (let index = 0; index < this.rows.length; index += 1) await this.endLease(index);
      await this.round([
        { do: 'reap', on: 0 },
        { do: 'reap', on: 1 },
      ]);
      await this.round([
        { do: 'ask', on: 0 },
        { do: 'ask', on: 1 },
      ]);
    }
    await this.look();
  }

  async violations(): Promise<string[]> {
    const transitions = await this.databases[0].query<Transition[]>(
      `SELECT delivery_id AS id, before, after, went_back AS "wentBack" FROM transitions WHERE delivery_id = ANY($1) ORDER BY n`,
      [this.rows.map(({ id }) => id)],
    );
    const ends = this.rows.map(({ id, status, attempt }, index) => ({
      id,
      status,
      atMostOnce: GUARANTEES[index] === 'at_most_once',
      truth: this.world.carrier.truthOf(id, attempt),
    }));
    return violations(this.world.events, transitions, ends);
  }

  private async perform(one: Command): Promise<unknown> {
    const instance = this.instances['on' in one ? one.on : 0];
    const row = this.rows['which' in one ? one.which : 0];
    if (!row) return undefined;
    switch (one.do) {
      case 'claim':
        return instance.claim(row.id);
      case 'call':
        instance.call(one.end, one.fate);
        return undefined;
      case 'settle':
        return instance.settle();
      case 'settle again':
        return instance.settleAgain();
      case 'report':
        return instance.report(row.id, one.attempt, one.word);
      case 'lease ends':
        return this.endLease(one.which);
      case 'reap':
        return instance.reap();
      case 'ask':
        return instance.ask();
      case 'retry':
        return instance.retry(row.id, one.force);
      case 'cancel':
        return instance.cancel(row.notification_id);
      case 'expire':
        await this.databases[0].query(`UPDATE deliveries SET expires_at = now() WHERE id = $1`, [row.id]);
        return instance.expire();
    }
  }

  /** The worker sees it first, by its own clock: it makes no call that begins later. */
  private async endLease(index: number): Promise<void> {
    const [held] = await this.databases[0].query<{ lease_token: string | null }[]>(
      'SELECT lease_token FROM deliveries WHERE id = $1',
      [this.rows[index]?.id],
    );
    if (!held?.lease_token) return;
    this.world.over.add(held.lease_token);
    await this.databases[0].query(
      `UPDATE deliveries SET lease_until = now() - interval '1 second' WHERE lease_token = $1`,
      [held.lease_token],
    );
  }

  private async empty(instance: Instance): Promise<void> {
    instance.call('not called', 'delivered');
    await instance.settle();
  }

  private async isOpen(): Promise<boolean> {
    await this.look();
    return this.rows.some(({ status }) => ['pending', 'sending', 'unknown', 'sent'].includes(status));
  }

  private async look(): Promise<void> {
    this.rows = await this.databases[0].query<Row[]>(
      `SELECT id, notification_id, status, attempt FROM deliveries WHERE id = ANY($1) ORDER BY id`,
      [this.rows.map(({ id }) => id)],
    );
  }
}

describe('the ledger, against a model', () => {
  let database: TestDatabase;
  let instances: [DataSource, DataSource];
  beforeAll(async () => {
    database = await createTestDatabase();
    instances = [
      await dataSourceOf(database.url, { poolSize: 5 }).initialize(),
      await dataSourceOf(database.url, { poolSize: 5 }).initialize(),
    ];
    await instances[0].query(`
      INSERT INTO users (id) VALUES ('model');
      CREATE TABLE transitions (n bigint GENERATED ALWAYS AS IDENTITY, delivery_id uuid, before text, after text,
        went_back boolean);
      CREATE FUNCTION note_transition() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO transitions (delivery_id, before, after, went_back)
        VALUES (NEW.id, OLD.status, NEW.status,
                NEW.attempt = OLD.attempt AND NEW.provider_rank < OLD.provider_rank);
        RETURN NULL; END $$;
      CREATE TRIGGER note_transition AFTER UPDATE ON deliveries FOR EACH ROW
        WHEN (OLD.status <> NEW.status OR OLD.provider_rank <> NEW.provider_rank) EXECUTE FUNCTION note_transition()`);
  });
  afterAll(async () => {
    for (const instance of instances) await instance.destroy();
    await database.drop();
  });

  it('keeps its guarantees, however claims, outcomes, leases, reports, questions and people meet', async () => {
    await fc.assert(
      fc.asyncProperty(schedule, async (rounds) => {
        const run = new Run(instances);
        await run.open();
        for (const commands of rounds) await run.round(commands);
        await run.finish();
        expect(await run.violations()).toEqual([]);
      }),
      { numRuns: Number(process.env['MODEL_RUNS'] ?? 25) },
    );
  }, 300_000);
});
