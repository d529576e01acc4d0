import { setTimeout as sleep } from 'node:timers/promises';
import { type Experiment, told } from './experiment.js';

export const flushRedis: Experiment = {
  number: '3',
  title: 'FLUSHALL and SCRIPT FLUSH',
  stage: () => ({ roles: ['api', 'worker'], people: 50 }),
  run: async (stage, { count, short }) => {
    const flushes = short ? 2 : 5;
    const seconds = short ? 4 : 20;
    const traffic = stage.client.send(count, seconds);
    for (let flush = 0; flush < flushes; flush += 1) {
      await sleep((seconds * 1000) / (flushes + 1));
      await stage.servers.redis.flushall();
      await stage.servers.redis.script('FLUSH');
    }
    await traffic;
    return [told(`${flushes} times everything in Redis gone, its scripts too`)];
  },
};
