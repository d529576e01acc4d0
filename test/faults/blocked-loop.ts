import { setTimeout as sleep } from 'node:timers/promises';
import { type Experiment, told } from './experiment.js';
import { LEASE } from './stage.js';

/** As a regular expression without end would: alive by every signal, and deaf. */
export const blockedLoop: Experiment = {
  number: '10',
  title: 'a blocked event loop, for more than half a lease and for more than a whole one',
  stage: () => ({ roles: ['api', 'worker', 'worker'], people: 50, flags: ['--inspect=127.0.0.1:0'] }),
  run: async (stage, { count, short }) => {
    const blocks = short ? [LEASE * 0.6] : [LEASE * 0.6, LEASE * 1.2, LEASE * 0.6, LEASE * 1.2];
    const total = blocks.reduce((sum, block) => sum + block + 2000, 0);
    const traffic = stage.client.send(count, total / 1000);
    for (const [index, block] of blocks.entries()) {
      await sleep(1000);
      await stage.at(1 + (index % 2)).block(block);
      await sleep(1000);
    }
    await traffic;
    const seconds = blocks.map((block) => block / 1000);
    return [told(`blocked for ${seconds.join(', ')} s, with a lease of ${LEASE / 1000} s`)];
  },
};
