import { Injectable, Module } from '@nestjs/common';
import { Redis } from 'ioredis';
import { bad, Checkup, type Finding, good, warning } from '../checkups/checkup.js';
import { CheckupsModule } from '../checkups/checkups.module.js';
import { QueueSettings } from './queue.settings.js';

const OLDEST = 6;

/** Redis, where there is one. */
@Injectable()
class QueueCheckup extends Checkup {
  override readonly subject = 'Queue';

  constructor(private readonly settings: QueueSettings) {
    super();
  }

  override async check(): Promise<Finding[]> {
    const { redisUrl } = this.settings;
    if (redisUrl === undefined)
      return [good('queue.none', 'There is no Redis: deliveries are dispatched inside the process.')];
    const redis = new Redis(redisUrl, {
      lazyConnect: true,
      connectTimeout: 2000,
      commandTimeout: 2000,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    });
    redis.on('error', () => undefined);
    try {
      await redis.connect();
      return findingsOf(await redis.info());
    } catch (error) {
      const says = `Redis cannot be reached: ${(error as Error).message}. Deliveries go all the same, from inside the process.`;
      return [bad('queue.unreachable', says, 'Start Redis, or correct REDIS_URL.', 'unreachable')];
    } finally {
      redis.disconnect();
    }
  }
}

@Module({ imports: [CheckupsModule], providers: [QueueCheckup] })
export class QueueCheckupModule {}

function findingsOf(info: string): Finding[] {
  const version = fieldOf(info, 'redis_version');
  const policy = fieldOf(info, 'maxmemory_policy');
  const answers = `Redis ${version} answers.`;
  const keeps = `Its memory policy is ${policy}.`;
  return [
    Number.parseInt(version, 10) < OLDEST
      ? bad('queue.version', answers, 'Redis 6 or later is needed: upgrade it.')
      : good('queue.version', answers),
    policy === 'noeviction'
      ? good('queue.memory', keeps)
      : warning('queue.memory', keeps, 'Set maxmemory-policy noeviction: Redis must not drop hints.'),
  ];
}

const fieldOf = (info: string, name: string) => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1] ?? '';
