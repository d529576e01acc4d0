import { type DynamicModule, Module } from '@nestjs/common';
import type { SettingsClass } from './settings.js';

/** Makes every group of checked settings injectable by its class. */
@Module({})
export class ConfigModule {
  static of(loaded: ReadonlyMap<SettingsClass, object>): DynamicModule {
    const providers = [...loaded].map(([group, values]) => ({ provide: group, useValue: values }));
    return { module: ConfigModule, global: true, providers, exports: providers };
  }
}
