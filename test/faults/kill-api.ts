import { setTimeout as sleep } from 'node:timers/promises';
import { diceOf } from './dice.js';
import { exactly, type Experiment, told } from './experiment.js';

const SECONDS_EACH = 3;

/** The client that retries with its key must end up with one notification for each, whatever it was told. */
export const killApi: Experiment = {
  number: '2',
  title: 'kill -9 of the API under POSTs with keys',
  stage: () => ({ roles: ['api', 'worker'], people: 50 }),
  run: async (stage, { count, short, seed }) => {
    const posts = short ? count : count / 2;
    const kills = short ? 2 : 20;
    const dice = diceOf(seed);
    const traffic = stage.client.send(posts, kills * SECONDS_EACH);
    for (let kill = 0; kill < kills; kill += 1) {
      await sleep(dice() * 1500);
      await stage.api.killAndStart();
    }
    await traffic;
    const broken = stage.client.answers.filter(({ status }) => status === 0).length;
    const [row] = await stage.ask<{ count: number }>(
      'SELECT count(*)::int AS count FROM notifications WHERE created_at >= $1',
      [stage.since],
    );
    return [
      told(`${kills} kills, ${broken} requests without an answer`),
      exactly('notifications stored', row?.count ?? 0, posts),
    ];
  },
};
