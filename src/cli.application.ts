import type { ModuleMetadata } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { channels, of, readSettings } from './app.module.js';
import { AuthModule } from './auth/auth.module.js';
import { ConfigModule } from './config/config.module.js';
import type { Environment } from './config/settings.js';
import { DatabaseModule } from './database/database.module.js';
import { DatabaseSettings } from './database/database.settings.js';
import { migrate } from './database/migrations.js';
import { assertReachable } from './database/reachable.js';
import { DeadLettersModule } from './dead-letters/dead-letters.module.js';
import { HttpModule } from './http/http.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { QueueModule } from './queue/queue.module.js';
import { RetentionModule } from './retention/retention.module.js';
import { StatsModule } from './stats/stats.module.js';

/** What commands need of the service: its main line and the database, without servers, queues and sweeps. */
export async function applicationFor(env: Environment): Promise<NonNullable<ModuleMetadata['imports']>> {
  // As an `api` nothing here takes up deliveries: the running service does that.
  const settings = readSettings({ ...env, ROLE: 'api' });
  const { url } = of(settings, DatabaseSettings);
  await assertReachable(url);
  await migrate(url);
  return [
    ConfigModule.of(settings),
    EventEmitterModule.forRoot(),
    DatabaseModule,
    QueueModule.forQueues(undefined, []),
    HttpModule,
    AuthModule,
    NotificationsModule,
    DeadLettersModule,
    StatsModule,
    RetentionModule,
    ...channels,
  ];
}
