import { optional, settings, url } from '../config/settings.js';

export class QueueSettings extends settings('Queue', {
  redisUrl: optional(
    url('REDIS_URL', 'Redis 6 or later, or Valkey; without it deliveries are dispatched inside the process', {
      schemes: ['redis', 'rediss'],
      secret: true,
      example: 'redis://:password@redis.example.com:6379/0',
    }),
  ),
}) {}
