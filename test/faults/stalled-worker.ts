import { setTimeout as sleep } from 'node:timers/promises';
import { type Experiment, told } from './experiment.js';
import { LEASE } from './stage.js';

/** It wakes up in the middle of its work, with leases that are others' by then. */
export const stalledWorker: Experiment = {
  number: '9',
  title: 'SIGSTOP of a worker past its lease',
  stage: () => ({ roles: ['api', 'worker', 'worker'], people: 50 }),
  run: async (stage, { count, short }) => {
    const stalls = short ? 1 : 4;
    const pause = LEASE + 3000;
    const traffic = stage.client.send(count, (stalls * (pause + 2000)) / 1000);
    for (let stall = 0; stall < stalls; stall += 1) {
      const worker = stage.at(1 + (stall % 2));
      await sleep(1000);
      worker.freeze();
      await sleep(pause);
      worker.thaw();
      await sleep(1000);
    }
    await traffic;
    return [told(`${stalls} stalls of ${pause / 1000} s, with a lease of ${LEASE / 1000} s`)];
  },
};
