import { join } from 'node:path';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Containers, type Container } from './commands/containers.js';
import { AppSettings, SandboxSettings } from './config/app.settings.js';
import { ConfigModule } from './config/config.module.js';
import { type Environment, loadSettings } from './config/settings.js';
import { CarrierSettings } from './sms/carrier.settings.js';
import { CostSettings } from './costs/cost.settings.js';
import { ReplySettings } from './sms/reply.settings.js';
import { SmsCarrierModule } from './sms/sms.carrier.module.js';
import { DltSettings } from './sms/dlt.settings.js';
import { SmsSettings } from './sms/sms.settings.js';

/** What goes wrong is told by the command; only what nobody catches is logged. */
const OPTIONS = { logger: ['error' as const, 'fatal' as const], abortOnError: false };

@Module({})
class ContainerModule {}

/** Starts for a command what it asks for, and stops it when the command is done. */
export class LiveContainers extends Containers {
  override readonly templatesFolder = join(import.meta.dirname, '../templates');
  private readonly open: INestApplicationContext[] = [];

  constructor(private readonly env: Environment) {
    super();
  }

  override async smsOnly(): Promise<Container> {
    const settings = loadSettings(
      [AppSettings, SandboxSettings, SmsSettings, CarrierSettings, ReplySettings, DltSettings, CostSettings],
      this.env,
    );
    const imports = [ConfigModule.of(settings), SmsCarrierModule];
    return this.started(
      await NestFactory.createApplicationContext({ module: ContainerModule, imports }, OPTIONS),
    );
  }

  override async application(): Promise<Container> {
    // Read only now: most of the service stands behind it.
    const { applicationFor } = await import('./cli.application.js');
    const { FastifyAdapter } = await import('@nestjs/platform-fastify');
    const imports = await applicationFor(this.env);
    // Controllers come with their modules, and some set up the server, which is never opened here.
    const app = await NestFactory.create({ module: ContainerModule, imports }, new FastifyAdapter(), OPTIONS);
    return this.started(await app.init());
  }

  override async checkups(): Promise<Container> {
    const { checkupsFor } = await import('./cli.checkups.js');
    const module = { module: ContainerModule, imports: checkupsFor(this.env) };
    return this.started(await NestFactory.createApplicationContext(module, OPTIONS));
  }

  async close(): Promise<void> {
    for (const container of this.open.splice(0)) await container.close();
  }

  private started<T extends INestApplicationContext>(container: T): T {
    this.open.push(container);
    return container;
  }
}
