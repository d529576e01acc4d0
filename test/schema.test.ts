import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getMetadataArgsStorage } from 'typeorm';
import { dataSourceOf } from '../src/database/data-source.js';
import { migrationClasses } from '../src/database/migration-files.js';
import { migrate, revert } from '../src/database/migrations.js';
import { type TestDatabase, createTestDatabase } from './support/databases.js';
import { schemaText } from './support/schema-text.js';

const SRC = new URL('../src/', import.meta.url);

/** A reference into a folder that the entity's own folder may not import; the snapshot shows that it stands. */
const INEXPRESSIBLE = ['ALTER TABLE "deliveries" DROP CONSTRAINT "deliveries_notification_id_fkey"'];

let migrated: TestDatabase;
let empty: TestDatabase;
let entities: (abstract new () => unknown)[];

beforeAll(async () => {
  migrated = await createTestDatabase();
  empty = await createTestDatabase({ migrated: false });
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.entity.ts'),
  );
  const modules = await Promise.all(files.map((file) => import(new URL(file, SRC).href) as Promise<object>));
  const exported = modules.flatMap((module) => Object.values(module) as unknown[]);
  const known = getMetadataArgsStorage().tables.map(({ target }) => target);
  entities = exported.filter((one): one is (typeof entities)[number] => known.includes(one as () => void));
});

afterAll(async () => {
  await migrated.drop();
  await empty.drop();
});

describe('the schema', () => {
  test('is the one that is checked in', async () => {
    await expect(await schemaText(migrated.url)).toMatchFileSnapshot('schema.snapshot.txt');
  });

  test('is what the entities say', async () => {
    const source = await dataSourceOf(migrated.url, { entities }).initialize();
    try {
      const { upQueries } = await source.driver.createSchemaBuilder().log();
      const differences = upQueries
        .map(({ query }) => query)
        .filter((query) => !INEXPRESSIBLE.includes(query));
      expect(differences).toEqual([]);
    } finally {
      await source.destroy();
    }
  });

  test('has an entity for every table', async () => {
    const source = await dataSourceOf(migrated.url, { entities }).initialize();
    try {
      const rows = await source.query<{ tablename: string }[]>(
        `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'`,
      );
      const mapped = source.entityMetadatas.map(({ tableName }) => tableName);
      expect(mapped.sort()).toEqual(rows.map(({ tablename }) => tablename).sort());
    } finally {
      await source.destroy();
    }
  });
});

describe('the migrations', () => {
  const count = migrationClasses().length;

  test('go up, down and up again to the same schema', async () => {
    const nothing = await schemaText(empty.url);
    expect(await migrate(empty.url)).toHaveLength(count);
    const up = await schemaText(empty.url);
    expect(await revert(empty.url, count)).toHaveLength(count);
    expect((await schemaText(empty.url)).replace(/^migrations[^]*/m, '').trim()).toBe(nothing);
    expect(await migrate(empty.url)).toHaveLength(count);
    expect(await schemaText(empty.url)).toBe(up);
  });

  test('run once when several processes start together', async () => {
    const fresh = await createTestDatabase({ migrated: false });
    try {
      const runs = await Promise.all([migrate(fresh.url), migrate(fresh.url), migrate(fresh.url)]);
      expect(runs.map((names) => names.length).sort()).toEqual([0, 0, count]);
    } finally {
      await fresh.drop();
    }
  });

  test('say what is wrong with a database that cannot be reached', async () => {
    await expect(migrate('postgres://a:b@127.0.0.1:1/x')).rejects.toThrow(
      /DATABASE_URL names a database that cannot be used: 127\.0\.0\.1:1\/x: nothing listens there/,
    );
    const unknown = migrated.url.replace(/\/[^/]*$/, '/nowhere');
    await expect(migrate(unknown)).rejects.toThrow(/has no database of that name/);
    const stranger = new URL(migrated.url);
    stranger.password = 'wrong';
    await expect(migrate(stranger.href)).rejects.toThrow(/refuses the password/);
  });
});
