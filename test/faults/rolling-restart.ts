import { setTimeout as sleep } from 'node:timers/promises';
import { exactly, type Experiment, refusalsIn, told } from './experiment.js';

/** A deploy: one after the other leaves, and comes back, while a client posts that repeats nothing. */
export const rollingRestart: Experiment = {
  number: '12',
  title: 'rolling restart of three instances under load',
  stage: () => ({
    roles: ['all', 'all', 'all'],
    people: 50,
    front: true,
    // Several looks of the load balancer.
    settings: { SHUTDOWN_DELAY_SECONDS: '3' },
  }),
  run: async (stage, scale) => {
    const { count, short } = scale;
    const rounds = short ? 1 : 3;
    const traffic = stage.client.send(count, rounds * stage.instances.length * 7, { insist: false });
    for (let round = 0; round < rounds; round += 1) {
      for (const instance of stage.instances) {
        await instance.restart();
        await sleep(500);
      }
    }
    await traffic;
    const failed = refusalsIn(scale, stage.client.answers);
    const ends = [...new Set(failed.map(({ status }) => status))].join(', ');
    return [
      told(`${rounds * stage.instances.length} restarts`),
      exactly(`failed requests${ends && ` (${ends})`}`, failed.length, 0),
    ];
  },
  afterwards: async (stage) => {
    const [row] = await stage.ask<{ count: number }>(
      `SELECT count(*)::int AS count FROM delivery_attempts
        WHERE started_at >= $1 AND (outcome IN ('unknown', 'lease_over') OR outcome IS NULL)`,
      [stage.since],
    );
    return [exactly('attempts whose outcome nobody knows', row?.count ?? 0, 0)];
  },
};
