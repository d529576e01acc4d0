import { join } from 'node:path';
import { type INestApplicationContext, Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Backstage, type Stage } from './commands/backstage.js';
import { AppSettings, SandboxSettings } from './config/app.settings.js';
import { ConfigModule } from './config/config.module.js';
import { type Environment, loadSettings } from './config/settings.js';
import { SmsCarrierModule } from './sms/sms.carrier.module.js';
import { SmsSettings } from './sms/sms.settings.js';

@Module({})
class StageModule {}

/** Starts for a command what it asks for, and stops it when the command is done. */
export class LiveBackstage extends Backstage {
  override readonly templatesFolder = join(import.meta.dirname, '../templates');
  private readonly started: INestApplicationContext[] = [];

  constructor(private readonly env: Environment) {
    super();
  }

  override async texts(): Promise<Stage> {
    const settings = loadSettings([AppSettings, SandboxSettings, SmsSettings], this.env);
    return this.start([ConfigModule.of(settings), SmsCarrierModule]);
  }

  override async house(): Promise<Stage> {
    // Read only now: most of the service stands behind it.
    const { houseFor } = await import('./cli.house.js');
    return this.start(await houseFor(this.env));
  }

  async close(): Promise<void> {
    for (const stage of this.started.splice(0)) await stage.close();
  }

  private async start(imports: NonNullable<ModuleMetadata['imports']>): Promise<Stage> {
    const stage = await NestFactory.createApplicationContext(
      { module: StageModule, imports },
      { logger: ['error', 'fatal'], abortOnError: false },
    );
    this.started.push(stage);
    return stage;
  }
}
