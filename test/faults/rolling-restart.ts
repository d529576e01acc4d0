import { setTimeout as sleep } from 'node:timers/promises';
import { exactly, type Experiment, refusalsIn, told } from './experiment.js';

/**
 * Several looks of the load balancer; and production's patience with the provider, or a busy machine would lose answers
 * that no restart has lost.
 */
export const DEPLOY = {
  SHUTDOWN_DELAY_SECONDS: '3',
  DELIVERY_LEASE_SECONDS: '30',
  TWILIO_TIMEOUT_MS: '10000',
  EMAIL_TIMEOUT: '10',
};

/** A deploy: one after the other leaves, and comes back, while a client posts that repeats nothing. */
export const rollingRestart: Experiment = {
  number: '12',
  title: 'rolling restart of three instances under load',
  stage: () => ({
    roles: ['all', 'all', 'all'],
    people: 50,
    front: true,
    settings: DEPLOY,
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
    const lost = await stage.ask<{ end: string }>(
      `SELECT concat_ws(' ', d.channel, coalesce(a.outcome, 'unfinished'), a.error_code, a.error_message) AS end
         FROM delivery_attempts a JOIN deliveries d ON d.id = a.delivery_id
        WHERE a.started_at >= $1 AND (a.outcome IN ('unknown', 'lease_over') OR a.outcome IS NULL)`,
      [stage.since],
    );
    const ends = [...new Set(lost.map(({ end }) => end))].join('; ');
    return [exactly(`attempts whose outcome nobody knows${ends && ` (${ends})`}`, lost.length, 0)];
  },
};
