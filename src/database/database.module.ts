import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { postgresOptions } from './data-source.js';
import { DatabaseSettings } from './database.settings.js';
import { Reads, Writes } from './pipeline.js';
import { Snapshot } from './snapshot.js';

/** Entities come from each module's `TypeOrmModule.forFeature([...])`. The schema is migrated before this connects. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [DatabaseSettings],
      useFactory: (settings: DatabaseSettings) => ({
        ...postgresOptions(settings),
        autoLoadEntities: true,
        retryAttempts: 3,
        retryDelay: 1000,
      }),
    }),
  ],
  providers: [Reads, Writes, Snapshot],
  exports: [Reads, Writes, Snapshot],
})
export class DatabaseModule {}
