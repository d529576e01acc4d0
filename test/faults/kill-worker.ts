import { setTimeout as sleep } from 'node:timers/promises';
import { diceOf } from './dice.js';
import { type Experiment, told } from './experiment.js';

/** A restart takes about two seconds; between two kills everything works for a moment. */
const SECONDS_EACH = 3;

function killWorkers(number: string, title: string, callbacks: object): Experiment {
  return {
    number,
    title,
    stage: () => ({ roles: ['api', 'worker', 'worker'], people: 50 }),
    run: async (stage, { count, short, seed }) => {
      const kills = short ? 2 : 20;
      const dice = diceOf(seed);
      await stage.misbehave({ seed, callbacks });
      const traffic = stage.client.send(count, kills * SECONDS_EACH);
      for (let kill = 0; kill < kills; kill += 1) {
        await sleep(dice() * 1500);
        await stage.at(1 + (kill % 2)).killAndStart();
      }
      await traffic;
      return [told(`${kills} kills of two workers in turn`)];
    },
  };
}

export const killWorker = killWorkers('1a', 'kill -9 of a worker, callbacks on', {});
export const killWorkerUnheard = killWorkers('1b', 'kill -9 of a worker, callbacks off', { lost: 1 });
