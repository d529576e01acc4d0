import type { ModuleMetadata } from '@nestjs/common';
import { checkups, readSettings } from './app.module.js';
import { CheckupsModule } from './checkups/checkups.module.js';
import { ConfigModule } from './config/config.module.js';
import type { Environment } from './config/settings.js';

/** Everybody's check-ups, with the settings alone: they run also where the database or a provider is away. */
export const checkupsFor = (env: Environment): NonNullable<ModuleMetadata['imports']> => [
  ConfigModule.of(readSettings(env)),
  CheckupsModule,
  ...checkups,
];
