import { Global, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AppSettings } from '../config/app.settings.js';
import { ConfigurationError } from '../config/settings.js';
import { EVERYTHING } from './scopes.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeysService } from './api-keys.service.js';
import { AuthGuard } from './auth.guard.js';
import { AuthSettings } from './auth.settings.js';
import { EveryRouteIsDeclared } from './declared.js';
import { Secrets } from './secrets.js';
import { TokensService } from './tokens.service.js';
import { UserTokens } from './user-tokens.js';

/** Who calls, and what they may. Wherever this module is imported, every route must say who may call it. */
@Global()
@Module({
  imports: [DiscoveryModule, TypeOrmModule.forFeature([ApiKey])],
  providers: [
    Secrets,
    ApiKeysService,
    UserTokens,
    TokensService,
    EveryRouteIsDeclared,
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
  exports: [Secrets, ApiKeysService, UserTokens, TokensService],
})
export class AuthModule implements OnApplicationBootstrap {
  constructor(
    app: AppSettings,
    private readonly settings: AuthSettings,
    private readonly apiKeys: ApiKeysService,
  ) {
    if (app.environment === 'production' && settings.devApiKey !== undefined) {
      const message = 'is for development only: remove it, and make keys with their own scopes';
      throw new ConfigurationError([{ env: 'DEV_API_KEY', message }]);
    }
  }

  async onApplicationBootstrap(): Promise<void> {
    const { devApiKey } = this.settings;
    if (devApiKey !== undefined) await this.apiKeys.ensure(devApiKey, 'development', [EVERYTHING]);
  }
}
