import { integer, optional, settings, url } from '../config/settings.js';

export class RealtimeSettings extends settings('Live connections', {
  // The queue's variable, read a second time: live connections know nothing of queues.
  redisUrl: optional(
    url('REDIS_URL', 'Redis 6 or later, or Valkey; without it deliveries are dispatched inside the process', {
      schemes: ['redis', 'rediss'],
      secret: true,
      example: 'redis://:password@redis.example.com:6379/0',
    }),
  ),
  connectionsPerPerson: integer(
    'REALTIME_CONNECTIONS_PER_PERSON',
    'live connections one person may hold in one process; one more closes the oldest',
    { min: 1, max: 1000, fallback: 10 },
  ),
  eventsPerWindow: integer(
    'REALTIME_EVENTS_PER_10_SECONDS',
    'events that one live connection may send in ten seconds',
    { min: 1, max: 10_000, fallback: 20 },
  ),
  replayLimit: integer(
    'REALTIME_REPLAY_LIMIT',
    'notifications that a returning browser is sent; when it missed more it is told to read the list',
    { min: 1, max: 500, fallback: 200 },
  ),
  heartbeat: integer('REALTIME_HEARTBEAT_SECONDS', 'seconds between two signs of life on a live connection', {
    min: 1,
    max: 300,
    fallback: 25,
  }),
}) {}
