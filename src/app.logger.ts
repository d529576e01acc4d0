import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import type { AppSettings } from './config/app.settings.js';

const LEVELS: readonly LogLevel[] = ['debug', 'log', 'warn', 'error'];
/** What the framework tells of its own start: a hundred lines that hide ours. */
const FRAMEWORK = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
  'WebSocketsController',
]);

/** Outcomes, once, as facts: text for people or a JSON object a line for machines. */
export class AppLogger extends ConsoleLogger {
  constructor({ logLevel, logFormat }: AppSettings) {
    const lowest = LEVELS.indexOf(logLevel === 'info' ? 'log' : logLevel);
    super({ json: logFormat === 'json', logLevels: LEVELS.slice(lowest) });
  }

  override log(message: unknown, ...details: unknown[]): void {
    const context = details.at(-1);
    if (typeof context === 'string' && FRAMEWORK.has(context)) return;
    super.log(message, ...(details as [unknown]));
  }
}
