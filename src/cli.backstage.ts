import { join } from 'node:path';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Backstage, type Stage } from './commands/backstage.js';
import { AppSettings, SandboxSettings } from './config/app.settings.js';
import { ConfigModule } from './config/config.module.js';
import { type Environment, loadSettings } from './config/settings.js';
import { SmsCarrierModule } from './sms/sms.carrier.module.js';
import { SmsSettings } from './sms/sms.settings.js';

/** What goes wrong is told by the command; only what nobody catches is logged. */
const OPTIONS = { logger: ['error' as const, 'fatal' as const], abortOnError: false };

@Module({})
class StageModule {}

/** Starts for a command what it asks for, and stops it when the command is done. */
export class LiveBackstage extends Backstage {
  override readonly templatesFolder = join(import.meta.dirname, '../templates');
  private readonly stages: INestApplicationContext[] = [];

  constructor(private readonly env: Environment) {
    super();
  }

  override async texts(): Promise<Stage> {
    const settings = loadSettings([AppSettings, SandboxSettings, SmsSettings], this.env);
    const imports = [ConfigModule.of(settings), SmsCarrierModule];
    return this.started(
      await NestFactory.createApplicationContext({ module: StageModule, imports }, OPTIONS),
    );
  }

  override async house(): Promise<Stage> {
    // Read only now: most of the service stands behind it.
    const { houseFor } = await import('./cli.house.js');
    const { FastifyAdapter } = await import('@nestjs/platform-fastify');
    const imports = await houseFor(this.env);
    // Controllers come with their modules, and some set up the server, which is never opened here.
    const app = await NestFactory.create({ module: StageModule, imports }, new FastifyAdapter(), OPTIONS);
    return this.started(await app.init());
  }

  async close(): Promise<void> {
    for (const stage of this.stages.splice(0)) await stage.close();
  }

  private started<T extends INestApplicationContext>(stage: T): T {
    this.stages.push(stage);
    return stage;
  }
}
