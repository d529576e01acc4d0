import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { AuthModule } from './auth/auth.module.js';
import { AuthSettings } from './auth/auth.settings.js';
import { CentreModule } from './centre/centre.module.js';
import { AppSettings, SandboxSettings } from './config/app.settings.js';
import { ConfigModule } from './config/config.module.js';
import { ConfigurationError, type Environment, loadSettings, type SettingsClass } from './config/settings.js';
import { CostSettings } from './costs/cost.settings.js';
import { DatabaseCheckupModule } from './database/database.checkup.js';
import { DatabaseModule } from './database/database.module.js';
import { DatabaseSettings } from './database/database.settings.js';
import { DeadLettersModule } from './dead-letters/dead-letters.module.js';
import { DeliverySettings } from './deliveries/delivery.settings.js';
import { EmailModule } from './email/email.module.js';
import { HealthModule } from './health/health.module.js';
import { HttpModule } from './http/http.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { MetricsSettings } from './metrics/metrics.settings.js';
import { NotificationSettings } from './notifications/notification.settings.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { PagesModule } from './pages/pages.module.js';
import { PreferencesSettings } from './preferences/preferences.settings.js';
import { ProblemsModule } from './problems/problems.module.js';
import { PushModule } from './push/push.module.js';
import { QueueCheckupModule } from './queue/queue.checkup.js';
import { QueueModule } from './queue/queue.module.js';
import { QueueSettings } from './queue/queue.settings.js';
import { RealtimeModule } from './realtime/realtime.module.js';
import { RetentionModule } from './retention/retention.module.js';
import { RetentionSettings } from './retention/retention.settings.js';
import { SandboxModule } from './sandbox/sandbox.module.js';
import { SmsModule } from './sms/sms.module.js';
import { StatsModule } from './stats/stats.module.js';
import { TemplatesCheckupModule } from './templates/templates.checkup.js';

/** What a channel's module may say of itself. */
type ChannelModule = Type & {
  /** The Bull queues that its processors read. */
  readonly queues?: readonly string[];
  readonly settings?: readonly SettingsClass[];
  /** Modules that look whether it would work, with the settings alone. */
  readonly checkups?: readonly Type[];
};

/** The ways to reach people. Another one is a folder of its own and a word here. */
export const channels: readonly ChannelModule[] = [RealtimeModule, EmailModule, SmsModule, PushModule];

/** Who looks whether everything would work, in the order in which it is told. */
export const checkups: readonly Type[] = [
  DatabaseCheckupModule,
  QueueCheckupModule,
  TemplatesCheckupModule,
  ...channels.flatMap((channel) => channel.checkups ?? []),
];

/** Every group of settings there is; `.env.example` is made from them. */
export const settingsGroups: readonly SettingsClass[] = [
  AppSettings,
  DatabaseSettings,
  QueueSettings,
  AuthSettings,
  PreferencesSettings,
  DeliverySettings,
  NotificationSettings,
  CostSettings,
  RetentionSettings,
  ...channels.flatMap(({ settings = [] }) => settings),
  MetricsSettings,
  SandboxSettings,
];

export type Settings = ReadonlyMap<SettingsClass, object>;

/** The environment, read and checked as a whole. Throws a ConfigurationError that names every problem. */
export function readSettings(env: Environment): Settings {
  const settings = loadSettings(settingsGroups, env);
  const app = of(settings, AppSettings);
  const sandbox = of(settings, SandboxSettings);
  if (app.environment === 'production' && !app.allowSandbox && (sandbox.url ?? sandbox.smtpUrl)) {
    const message = 'names a sandbox, where nobody gets anything: remove it, or say ALLOW_SANDBOX=true';
    throw new ConfigurationError([{ env: sandbox.url ? 'SANDBOX_URL' : 'SANDBOX_SMTP_URL', message }]);
  }
  return settings;
}

/** One group out of the settings. */
export const of = <T extends object>(settings: Settings, group: SettingsClass<T>): T =>
  settings.get(group) as T;

@Module({})
export class AppModule {
  static with(settings: Settings, extraChannels: readonly ChannelModule[] = []): DynamicModule {
    const plugged = [...channels, ...extraChannels];
    const queues = plugged.flatMap((channel) => channel.queues ?? []);
    const works = of(settings, AppSettings).role !== 'api';
    return {
      module: AppModule,
      imports: [
        ConfigModule.of(settings),
        EventEmitterModule.forRoot(),
        DatabaseModule,
        QueueModule.forQueues(of(settings, QueueSettings).redisUrl, queues, { works }),
        HttpModule,
        AuthModule,
        NotificationsModule,
        DeadLettersModule,
        ...plugged,
        StatsModule,
        RetentionModule,
        HealthModule,
        MetricsModule,
        PagesModule,
        CentreModule,
        ProblemsModule,
        SandboxModule,
      ],
    };
  }
}
