import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, exactly, type Experiment } from './experiment.js';

export const credentials: Experiment = {
  number: '8',
  title: 'wrong credentials at the carrier',
  stage: () => ({ roles: ['api', 'worker', 'worker'], people: 50 }),
  run: async (stage, { count, short }) => {
    const seconds = short ? 5 : 60;
    await stage.misbehave({ unauthorized: true });
    const until = sleep(seconds * 1000);
    await stage.client.send(count, Math.min(seconds, count / 100));
    await until;
    const calls = (await stage.faults())['unauthorized'] ?? 0;
    await stage.misbehave();
    return [atMost(`calls in ${seconds} s with wrong credentials`, calls, 5)];
  },
  afterwards: async (stage) => {
    const [row] = await stage.ask<{ used: number }>(
      `SELECT count(*)::int AS used FROM deliveries WHERE channel = 'sms' AND attempt > 1 AND created_at >= $1`,
      [stage.since],
    );
    return [exactly('texts that it cost an attempt', row?.used ?? 0, 0)];
  },
};
