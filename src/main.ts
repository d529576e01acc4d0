import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { of, readSettings } from './app.module.js';
import { createApp } from './app.setup.js';
import { AuthSettings } from './auth/auth.settings.js';
import { AppSettings, SandboxSettings } from './config/app.settings.js';
import { ConfigurationError } from './config/settings.js';
import { DatabaseSettings } from './database/database.settings.js';
import { migrate } from './database/migrations.js';
import { HealthService } from './health/health.service.js';
import { TemplateFilesError } from './templates/template.files.js';
import { TemplatesService } from './templates/templates.service.js';

const CONFIGURATION = 3;
/** So long after it stopped listening the process ends, whatever is still under way: the rows know. */
const LAST_MOMENT = 20_000;

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  await migrate(of(settings, DatabaseSettings).url);
  const app = await createApp(settings);
  stopWhenTold(app, of(settings, AppSettings));
  await app.init();
  await app.get(TemplatesService).load(join(import.meta.dirname, '../templates'), {});
  const { host, port } = of(settings, AppSettings);
  await app.listen(port, host);
  const banner = bannerOf(
    app,
    of(settings, AppSettings),
    of(settings, AuthSettings),
    of(settings, SandboxSettings),
  );
  if (process.send) process.send({ ready: banner });
  else for (const line of banner.lines) console.log(line);
}

const QUEUE = {
  redis: 'Bull on Redis',
  in_process: 'inside the process (no Redis; set REDIS_URL or install redis-server for several processes)',
} as const;

/** What a person wants to know when it runs, in under twelve lines. */
function bannerOf(
  app: NestFastifyApplication,
  settings: AppSettings,
  auth: AuthSettings,
  sandbox: SandboxSettings,
) {
  const base = settings.publicUrl;
  const health = app.get(HealthService);
  const urls = {
    app: `${base}/`,
    docs: `${base}/docs`,
    ...(sandbox.url && { sandbox: `${base}/sandbox` }),
    health: `${base}/health/ready`,
  };
  const modes = Object.values(health.modes()).map(
    ({ label, mode, detail }) => `${label}: ${mode} (${detail})`,
  );
  const lines = [
    `App       ${urls.app}`,
    `API docs  ${urls.docs}`,
    ...(urls.sandbox ? [`Sandbox   ${urls.sandbox}`] : []),
    `Health    ${urls.health}`,
    ...(auth.devApiKey ? [`API key   ${auth.devApiKey}`] : []),
    ...modes,
    `Queue: ${QUEUE[health.dispatch()]}`,
  ];
  return { urls, lines };
}

/** SIGTERM, SIGINT, or the end of whoever started us: finish what is under way, then go. */
function stopWhenTold(app: NestFastifyApplication, { shutdownDelay }: AppSettings): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), shutdownDelay * 1000 + LAST_MOMENT).unref();
    app.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop).on('SIGINT', stop).on('disconnect', stop);
}

main().catch((error: unknown) => {
  if (error instanceof ConfigurationError || error instanceof TemplateFilesError) {
    console.error(error.message);
    process.exit(CONFIGURATION);
  }
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    console.error(
      `${message.replace(/^listen /, '')}: the port is taken. Stop what uses it, or choose another with PORT.`,
    );
    process.exit(CONFIGURATION);
  }
  console.error(stack ?? message);
  process.exit(1);
});
