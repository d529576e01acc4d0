import { Logger } from '@nestjs/common';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { PreparingClient } from './preparing.client.js';
import type { DatabaseSettings } from './database.settings.js';
import { migrationClasses } from './migration-files.js';
import { WatchedPool } from './watched.pool.js';

type Postgres = Extract<DataSourceOptions, { type: 'postgres' }>;

const logger = new Logger('Database');

/** How every connection of this service is made: the application's, the migrations' and the tests'. */
export function postgresOptions({ url, poolSize }: Pick<DatabaseSettings, 'url' | 'poolSize'>): Postgres {
  return {
    type: 'postgres',
    url,
    poolSize,
    applicationName: 'notifications',
    // Times are moments everywhere; the schema has no timestamp without a zone.
    useUTC: true,
    installExtensions: false,
    migrations: migrationClasses(),
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    // An idle connection that Postgres closes would otherwise end the process.
    poolErrorHandler: (error: Error) => logger.warn(`A connection to Postgres was lost: ${error.message}`),
    // Without a limit a request would wait for ever for a database that is away.
    connectTimeoutMS: 2000,
    driver: { Pool: WatchedPool },
    extra: { keepAlive: true, idleTimeoutMillis: 30_000, Client: PreparingClient },
  };
}

/** For migrations, the TypeORM command line and tests: a DataSource that is not connected yet. */
export function dataSourceOf(url: string, options: Partial<Postgres> = {}): DataSource {
  return new DataSource({ ...postgresOptions({ url, poolSize: 2 }), ...options });
}
