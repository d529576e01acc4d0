import type { Experiment } from './experiment.js';
import { flushRedis } from './flush-redis.js';
import { killApi } from './kill-api.js';
import { killWorker, killWorkerUnheard } from './kill-worker.js';
import { provider } from './provider.js';

/** In the order in which docs/reliability.md tells them. The last one, a model check, is test/model.test.ts. */
export const EXPERIMENTS: readonly Experiment[] = [
  killWorker,
  killWorkerUnheard,
  killApi,
  flushRedis,
  provider,
];
