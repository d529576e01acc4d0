import { bulkAndCritical } from './bulk-and-critical.js';
import { blockedLoop } from './blocked-loop.js';
import { callbacks } from './callbacks.js';
import { credentials } from './credentials.js';
import type { Experiment } from './experiment.js';
import { flushRedis } from './flush-redis.js';
import { killApi } from './kill-api.js';
import { killWorker, killWorkerUnheard } from './kill-worker.js';
import { poison } from './poison.js';
import { postgresOutages } from './postgres-outages.js';
import { provider } from './provider.js';
import { redisOutages } from './redis-outages.js';
import { rollingRestart } from './rolling-restart.js';
import { sockets } from './sockets.js';
import { stalledWorker } from './stalled-worker.js';

/** In the order in which docs/reliability.md tells them. The last one, a model check, is test/model.test.ts. */
export const EXPERIMENTS: readonly Experiment[] = [
  killWorker,
  killWorkerUnheard,
  killApi,
  flushRedis,
  redisOutages,
  postgresOutages,
  provider,
  callbacks,
  credentials,
  stalledWorker,
  blockedLoop,
  poison,
  rollingRestart,
  bulkAndCritical,
  sockets,
];
