import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Beside src/ and dist/ alike. */
const FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url));
const FILE = /^(?<at>\d{13})-(?<verb>[a-z0-9-]+)\.up\.sql$/;

type MigrationClass = new () => MigrationInterface;

/** migrations/<epoch ms>-<verb>-<what>.up.sql and .down.sql, as the classes that TypeORM runs. */
export function migrationClasses(folder = FOLDER): MigrationClass[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.up.sql'))
    .sort()
    .map((file) => migrationOf(folder, file));
}

function migrationOf(folder: string, file: string): MigrationClass {
  const { at, verb } = FILE.exec(file)?.groups ?? {};
  if (at === undefined || verb === undefined) {
    throw new Error(`migrations/${file} must be named <epoch in ms>-<verb>-<what>.up.sql`);
  }
  const run = (name: string) => async (runner: QueryRunner) => {
    await runner.query(readFileSync(`${folder}/${name}`, 'utf8'));
  };
  return class implements MigrationInterface {
    // TypeORM reads the order from the end of the name.
    readonly name = `${verb}-${at}`;
    readonly up = run(file);
    readonly down = run(file.replace('.up.sql', '.down.sql'));
  };
}
