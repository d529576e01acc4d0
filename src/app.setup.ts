import { RequestMethod } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppLogger } from './app.logger.js';
import { AppModule, of, type Settings } from './app.module.js';
import { setUpDocs } from './docs/description.js';
import { AppSettings } from './config/app.settings.js';
import { configureEdge, fastifyOptions } from './http/edge.js';
import { measureRequests } from './metrics/http.durations.js';
import { setUpRealtime } from './realtime/realtime.adapter.js';

/** What is no part of the API: pages, links in mails, health, metrics, the sandbox. */
const OUTSIDE_THE_API = ['u/*path', 's/*path', 'health/*path', 'metrics', 'sandbox', 'sandbox/*path'].map(
  (path) => ({
    path,
    method: RequestMethod.ALL,
  }),
);

/** The application, wired and configured, not listening yet. */
export async function createApp(
  settings: Settings,
  extraChannels: Parameters<typeof AppModule.with>[1] = [],
): Promise<NestFastifyApplication> {
  const appSettings = of(settings, AppSettings);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(settings, extraChannels),
    new FastifyAdapter(fastifyOptions(appSettings)),
    { logger: new AppLogger(appSettings), abortOnError: false },
  );
  app.setGlobalPrefix('api', { exclude: OUTSIDE_THE_API });
  await configureEdge(app, appSettings);
  measureRequests(app);
  setUpRealtime(app);
  setUpDocs(app, appSettings.publicUrl);
  return app;
}
